package agent_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/agent"
	"parley/domain/change"
)

// spent adds up what rows, and an agent at a time, say of how it spent its time: seconds by what it did.
func spent(t *testing.T, rows []change.Resource, a agent.Agent, now time.Time) map[agent.Doing]int64 {
	t.Helper()
	sums, last, ids := map[agent.Doing]int64{}, int64(0), map[string]bool{}
	add := func(all []agent.Stretch) {
		for _, s := range all {
			if s.From < last || s.Until <= s.From {
				t.Fatalf("%+v comes after %d", s, last)
			}
			sums[s.Doing] += (s.Until - s.From) / 1000
			last = s.Until
		}
	}
	for _, row := range rows {
		var told agent.Time
		if err := json.Unmarshal(row.Document, &told); err != nil || told.User != "u" || row.Kind != agent.KindTime || row.Version != 0 || row.Instance != "" {
			t.Fatalf("a row is %+v, %v", row, err)
		}
		first, end := time.UnixMilli(told.Spent[0].From), time.UnixMilli(told.Spent[len(told.Spent)-1].Until)
		if end.Sub(first) > agent.LongestRow || row.ID != agent.TimeID("i", end, "u") || ids[row.ID] {
			t.Errorf("row %s is from %v until %v", row.ID, first, end)
		}
		ids[row.ID] = true
		add(told.Spent)
	}
	add(a.SpentUntil(now))
	return sums
}

// What an agent does from second to second is what its rows and its document add up to, however often it changes and however long nothing does.
func TestTimeAddsUp(t *testing.T) {
	commands := []string{"set:available", "set:lunch", "force:offline", "offer:c", "accept:c", "offer:d", "expire:", "accept:d", "finish:c", "clear:c", "finish:d", "clear:d", "reject:c", "connect", "lose"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		a, now := agent.New("i", "u", statuses["offline"], noon), noon
		want, doing := map[agent.Doing]int64{}, agent.Doing("")
		var rows []change.Resource
		for range 400 {
			verb, what, _ := strings.Cut(commands[random.IntN(len(commands))], ":")
			if b, _, err := do(a, verb, what, now); err == nil {
				timed, more, err := b.Timed(now)
				if err != nil {
					t.Fatal(err)
				}
				a, rows = timed, append(rows, more...)
				if len(a.Spent) > 24 {
					t.Fatalf("%d stretches are kept with the agent", len(a.Spent))
				}
			}
			doing = doingOf(a)
			pause := time.Duration(random.IntN(600)) * time.Second
			if random.IntN(50) == 0 {
				pause = time.Duration(random.IntN(100)) * time.Hour
			}
			if now = now.Add(pause); doing != "" {
				want[doing] += int64(pause.Seconds())
			}
		}
		for doing, seconds := range want {
			if seconds == 0 {
				delete(want, doing)
			}
		}
		if diff := cmp.Diff(want, spent(t, rows, a, now)); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	}
}

// doingOf says in other words what an agent does.
func doingOf(a agent.Agent) agent.Doing {
	states := map[agent.State]bool{}
	for _, c := range a.Contacts {
		states[c.State] = true
	}
	switch kind := a.Status.Kind; {
	case kind == agent.Offline:
		return ""
	case kind == agent.Custom:
		return agent.Away
	case states[agent.Connected] || states[agent.Ended]:
		return agent.OnContact
	case states[agent.Connecting]:
		return agent.Called
	case len(states) > 0:
		return agent.Stuck
	}
	return agent.Idle
}

// Of what lasted for years only what can be asked for is kept; what changes nothing writes nothing; a deleted agent's last stretches are rows.
func TestTimeThatIsKept(t *testing.T) {
	a, err := agent.New("i", "u", statuses["offline"], noon).SetStatus(statuses["available"], noon)
	if err != nil {
		t.Fatal(err)
	}
	a, rows, err := a.Timed(noon)
	if err != nil || len(rows) != 0 || a.Doing != agent.Idle {
		t.Fatalf("%+v, %v, %v", a, rows, err)
	}
	if same, rows, err := a.Connect("n", noon).Timed(noon.Add(time.Hour)); err != nil || len(rows) != 0 || !same.DoingSince.Equal(noon) {
		t.Errorf("nothing else is done: %+v, %v, %v", same, rows, err)
	}
	short, _ := a.SetStatus(statuses["lunch"], noon.Add(time.Minute))
	short, rows, err = short.Timed(noon.Add(time.Minute))
	if err != nil || len(rows) != 0 || len(short.Spent) != 1 {
		t.Errorf("a minute: %+v, %v, %v", short, rows, err)
	}
	if rows, err = short.Rows(); err != nil || len(rows) != 1 {
		t.Errorf("as rows: %v, %v", rows, err)
	}
	later := noon.Add(3 * 365 * 24 * time.Hour)
	a, _ = a.SetStatus(statuses["lunch"], later)
	a, rows, err = a.Timed(later)
	if err != nil || len(rows) != 94 {
		t.Errorf("three years are %d rows, %v", len(rows), err)
	}
	if got := spent(t, rows, a, later)[agent.Idle]; got != int64(agent.TimeKept.Seconds()) {
		t.Errorf("of three years %d seconds are kept", got)
	}
}
