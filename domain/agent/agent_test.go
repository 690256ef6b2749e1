package agent_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/agent"
	"parley/domain/routing"
	"parley/internal/fault"
)

var (
	noon      = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	available = agent.Status{ID: "available", Kind: agent.Routable}
	lunch     = agent.Status{ID: "lunch", Kind: agent.Custom}
	offline   = agent.Status{ID: "offline", Kind: agent.Offline}
	statuses  = map[string]agent.Status{"available": available, "lunch": lunch, "offline": offline, "odd": {ID: "odd", Kind: "ODD"}}
)

// play carries out commands, one a second from noon on, on an agent with two
// slots that is available. It returns the last state, the contacts given back,
// and the fault of the last command.
func play(commands string) (agent.Agent, []string, error) {
	a := agent.New("i", "u", offline, noon.Add(-time.Hour))
	a, err := a.SetStatus(available, noon.Add(-time.Minute))
	var back []string
	now := noon
	for _, command := range strings.Fields(commands) {
		verb, what, _ := strings.Cut(command, ":")
		var given []agent.Contact
		if verb == "wait" {
			d, _ := time.ParseDuration(what)
			now = now.Add(d)
			continue
		}
		before, text := a, stored(a)
		a, given, err = do(a, verb, what, now)
		if stored(before) != text {
			panic(command + " changed the state that it was given")
		}
		for _, c := range given {
			back = append(back, c.ContactID)
		}
		now = now.Add(time.Second)
	}
	return a, back, err
}

// stored is all that is stored of an agent.
func stored(a agent.Agent) string {
	r, _ := a.Resource()
	return string(r.Document)
}

// do carries out one command.
func do(a agent.Agent, verb, what string, now time.Time) (b agent.Agent, given []agent.Contact, err error) {
	loss := agent.Loss{Grace: time.Minute, GiveBack: what == "give"}
	switch verb {
	case "set":
		b, err = a.SetStatus(statuses[what], now)
	case "force":
		b, given, err = a.Force(statuses[what], now)
	case "offer":
		b, err = a.Offer(agent.Contact{ContactID: what, SessionID: "s", Expires: now.Add(20 * time.Second)}, 2, now)
	case "accept":
		b, err = a.Accept(what, now)
	case "reject":
		b, err = a.Reject(what, now)
	case "withdraw":
		b, err = a.Withdraw(what, now)
	case "release":
		b, err = a.Release(what, now)
	case "fail":
		b, err = a.Fail(what, now)
	case "finish":
		b, err = a.Finish(what, 30*time.Second, now)
	case "finish-open":
		b, err = a.Finish(what, 0, now)
	case "clear":
		b, err = a.Clear(what, now)
	case "expire":
		return expire(a, now)
	case "connect":
		b = a.Connect("node", now)
	case "lose":
		b = a.Lose(now)
	case "abandon":
		b, given, err = a.Abandon(loss, offline, now)
	case "logout":
		b, given = a.Logout(offline, now)
	default:
		panic(verb)
	}
	return b, given, err
}

// expire ends what has run out: offers are missed, after-contact work is cleared.
func expire(a agent.Agent, now time.Time) (b agent.Agent, given []agent.Contact, err error) {
	b = a
	for _, c := range a.Contacts {
		switch {
		case err != nil || c.Expires.IsZero() || now.Before(c.Expires):
		case c.State == agent.Ended:
			b, err = b.Clear(c.ContactID, now)
		default:
			given = append(given, c)
			b, err = b.Miss(c.ContactID, now)
		}
	}
	return b, given, err
}

// show is an agent in short: status>next, contacts with their states, and
// whether it is routable and since how many seconds after noon it is idle.
func show(a agent.Agent) string {
	text := a.Status.ID
	if a.Next != nil {
		text += ">" + a.Next.ID
	}
	for _, c := range a.Contacts {
		text += fmt.Sprintf(" %s=%s", c.ContactID, strings.ToLower(string(c.State)))
	}
	if a.Routable() {
		text += fmt.Sprintf(" idle%d", int(a.IdleSince.Sub(noon).Seconds()))
	}
	return text
}

func TestRules(t *testing.T) {
	for _, c := range []struct{ commands, want, back string }{
		// Statuses.
		{"", "available idle-60", ""},
		{"set:available", "available idle-60", ""},
		{"set:lunch", "lunch", ""},
		{"set:lunch set:available", "available idle1", ""},
		{"offer:c set:lunch", "available>lunch c=connecting", ""},
		{"offer:c accept:c set:lunch", "available>lunch c=connected", ""},
		{"offer:c accept:c set:lunch set:offline", "available>offline c=connected", ""},
		{"offer:c accept:c set:lunch set:available", "available c=connected idle3", ""},
		{"offer:c accept:c set:lunch finish:c", "available>lunch c=ended", ""},
		{"offer:c accept:c set:lunch finish:c clear:c", "lunch", ""},
		{"offer:c set:lunch reject:c", "lunch", ""},
		{"offer:c accept:c force:lunch set:available", "lunch>available c=connected", ""},
		{"offer:c accept:c offer:d force:lunch", "lunch c=connected", "d"},
		{"offer:c force:available", "available c=connecting idle0", ""},
		// Offers.
		{"offer:c", "available c=connecting idle0", ""},
		{"offer:c accept:c", "available c=connected idle0", ""},
		{"offer:c accept:c offer:d", "available c=connected d=connecting idle2", ""},
		{"offer:c reject:c", "available idle1", ""},
		{"offer:c withdraw:c", "available idle1", ""},
		{"offer:c wait:18s expire", "available c=connecting idle0", ""},
		{"offer:c wait:19s expire", "available c=missed", "c"},
		{"offer:c wait:19s reject:c", "available idle20", ""},
		{"offer:c offer:d accept:d wait:19s expire", "available c=missed d=connected", "c"},
		{"offer:c wait:19s expire clear:c", "available idle21", "c"},
		{"offer:c wait:19s expire set:available", "available idle21", "c"},
		{"offer:c wait:19s expire set:lunch", "lunch c=missed", "c"},
		{"offer:c set:lunch wait:19s expire", "lunch c=missed", "c"},
		{"offer:c wait:19s expire set:lunch set:available", "available idle22", "c"},
		{"offer:c fail:c", "available c=error", ""},
		{"offer:c fail:c clear:c", "available idle2", ""},
		// The end of a chat.
		{"offer:c accept:c finish:c", "available c=ended idle0", ""},
		{"offer:c accept:c finish:c wait:28s expire", "available c=ended idle0", ""},
		{"offer:c accept:c finish:c wait:29s expire", "available idle32", ""},
		{"offer:c accept:c finish-open:c wait:99h expire", "available c=ended idle0", ""},
		{"offer:c accept:c offer:d accept:d finish:c clear:c", "available d=connected idle2", ""},
		{"offer:c accept:c release:c", "available idle2", ""},
		// Connection and logout.
		{"connect lose", "available", ""},
		{"connect lose connect", "available idle2", ""},
		{"lose", "available idle-60", ""},
		{"connect offer:c accept:c offer:d lose wait:60s abandon:keep", "available>offline c=connected", "d"},
		{"connect offer:c accept:c offer:d lose wait:60s abandon:give", "offline", "c d"},
		{"connect offer:c accept:c finish:c lose wait:60s abandon:give", "offline", ""},
		{"connect offer:c accept:c finish:c lose wait:60s abandon:keep", "available>offline c=ended", ""},
		{"connect logout", "offline", ""},
		{"connect offer:c logout", "offline", "c"},
		{"connect offer:c accept:c finish-open:c logout", "offline", ""},
		{"connect offer:c accept:c logout", "available>offline c=connected", ""},
		{"connect offer:c accept:c logout finish:c clear:c", "offline", ""},
	} {
		a, back, err := play(c.commands)
		if err != nil {
			t.Errorf("%s: %v", c.commands, err)
		}
		if got := show(a); got != c.want {
			t.Errorf("%s: got %q, want %q", c.commands, got, c.want)
		}
		if got := strings.Join(back, " "); got != c.back {
			t.Errorf("%s: gave back %q, want %q", c.commands, got, c.back)
		}
	}
}

func TestFaults(t *testing.T) {
	for commands, want := range map[string]struct {
		kind fault.Kind
		says string
	}{
		"set:odd":                                   {fault.Invalid, "no known type"},
		"force:odd":                                 {fault.Invalid, "no known type"},
		"set:lunch offer:c":                         {fault.Conflict, "takes no contacts"},
		"connect lose offer:c":                      {fault.Conflict, "takes no contacts"},
		"offer:c set:lunch offer:d":                 {fault.Conflict, "takes no contacts"},
		"offer:c wait:19s expire offer:d":           {fault.Conflict, "takes no contacts"},
		"offer:c offer:c":                           {fault.Conflict, "already"},
		"offer:c offer:d offer:e":                   {fault.Conflict, "has 2 contacts"},
		"offer:c accept:c finish:c offer:d offer:e": {fault.Conflict, "has 2 contacts"},
		"accept:c":                                  {fault.NotFound, "no contact c"},
		"offer:c accept:c accept:c":                 {fault.Rule, "is CONNECTED for the agent, not CONNECTING"},
		"offer:c wait:19s accept:c":                 {fault.Rule, "has expired"},
		"offer:c wait:19s expire accept:c":          {fault.Rule, "is MISSED"},
		"offer:c accept:c reject:c":                 {fault.Rule, "is CONNECTED"},
		"offer:c accept:c withdraw:c":               {fault.Rule, "is CONNECTED"},
		"offer:c finish:c":                          {fault.Rule, "is CONNECTING"},
		"offer:c accept:c clear:c":                  {fault.Rule, "not ENDED or MISSED or ERROR"},
		"offer:c clear:c":                           {fault.Rule, "is CONNECTING"},
		"offer:c release:c":                         {fault.Rule, "is CONNECTING"},
		"offer:c accept:c fail:c":                   {fault.Rule, "is CONNECTED"},
		"abandon:give":                              {fault.Rule, "not gone"},
		"connect lose abandon:give":                 {fault.Rule, "not long enough"},
	} {
		words := strings.Fields(commands)
		before, _, err := play(strings.Join(words[:len(words)-1], " "))
		if err != nil {
			t.Errorf("%s: the commands before: %v", commands, err)
		}
		after, _, err := play(commands)
		if !fault.Is(err, want.kind) || !strings.Contains(err.Error(), want.says) {
			t.Errorf("%s: got %v, want %q", commands, err, want.says)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s: refused, yet changed:\n%s", commands, diff)
		}
	}
}

func TestStatusStart(t *testing.T) {
	a, _, _ := play("offer:c accept:c set:lunch finish:c wait:10s clear:c wait:5s set:lunch")
	if want := noon.Add(14 * time.Second); !a.Since.Equal(want) {
		t.Errorf("at lunch since %v, want %v", a.Since, want)
	}
}

// A stored agent is read back equal, and a document of another format is refused.
func TestDocument(t *testing.T) {
	a, _, _ := play("connect offer:c accept:c offer:d set:lunch lose")
	a.Version = 7
	r, err := a.Resource()
	if err != nil {
		t.Fatal(err)
	}
	if r.Instance != "i" || r.Kind != "agent" || r.ID != "u" || r.Version != 7 || r.Name != "" || r.Delete {
		t.Errorf("stored as %+v", r)
	}
	b, err := agent.Parse("i", "u", 7, r.Document)
	if diff := cmp.Diff(a, b); err != nil || diff != "" {
		t.Errorf("read back: %v\n%s", err, diff)
	}
	for _, text := range []string{`{"Format":2}`, `{}`, `[`} {
		if _, err := agent.Parse("i", "u", 1, []byte(text)); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}

func TestRouting(t *testing.T) {
	p := agent.Profile{Concurrency: 4, Queues: []routing.ProfileQueue{{Queue: "q", Priority: 1}}}
	a, _, _ := play("offer:c accept:c finish:c offer:d")
	want := routing.Agent{ID: "u", Presence: routing.Available, Routable: true, IdleSince: noon.Add(3 * time.Second),
		Offered: 1, AfterWork: 1, Concurrency: 4, Queues: p.Queues}
	if diff := cmp.Diff(want, a.Routing(p)); diff != "" {
		t.Error(diff)
	}
	a, _, _ = play("offer:c offer:d accept:d wait:19s expire set:lunch")
	got := a.Routing(p)
	if got.Routable || !got.Failed || got.Blocked != 1 || got.Held != 1 || got.Presence != routing.Available {
		t.Errorf("with a missed contact and lunch to come: %+v", got)
	}
	p.SinceInbound = true
	for commands, idle := range map[string]time.Duration{
		"":                                   -time.Minute, // since it became available
		"set:lunch set:available":            time.Second,
		"offer:c accept:c wait:1h set:lunch": 0,
		"offer:c reject:c set:lunch set:available":                          time.Second,
		"offer:c accept:c finish:c clear:c set:lunch wait:1h set:available": 3 * time.Second,
	} {
		if a, _, _ := play(commands); !a.Routing(p).IdleSince.Equal(noon.Add(idle)) {
			t.Errorf("%q: by its last contact the agent waits since %v, want noon and %v", commands, a.Routing(p).IdleSince, idle)
		}
	}
	for status, presence := range map[string]routing.Presence{"lunch": routing.Custom, "offline": routing.Offline} {
		if a, _, _ := play("set:" + status); a.Routing(p).Presence != presence || a.Routing(p).Routable {
			t.Errorf("%s: %+v", status, a.Routing(p))
		}
	}
}
