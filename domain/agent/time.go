package agent

import (
	"encoding/json"
	"fmt"
	"time"

	"parley/domain/change"
)

// Doing is what the time of an agent counts as; "" = offline, which counts as nothing.
type Doing string

// What agents do. The words are short because they are stored with every stretch.
const (
	Idle      Doing = "idle"      // in a routable status, with nothing to do
	Called    Doing = "called"    // a contact is offered, and nothing else is handled
	OnContact Doing = "contact"   // in a routable status, with a chat or after-contact work
	Stuck     Doing = "stuck"     // in a routable status, with a missed or failed contact and nothing else
	Away      Doing = "otherwise" // in a custom status, whatever is handled
)

// Stretch is a time in which an agent did one thing: Unix milliseconds, with its start and without its end.
type Stretch struct {
	Doing       Doing
	From, Until int64
}

// KindTime is the kind of the resource, in no instance, that holds stretches of one agent, see Time. Its id is TimeID's.
const KindTime = "agent-time"

// How stretches are kept (our choice). They are kept with the agent first, and together become a row of their own: it is written
// once and never changed. LongestRow bounds how much time a row spans, so that who looks for a time knows where to stop.
const (
	keptWith   = 24 // stretches
	keptFor    = time.Hour
	longest    = 24 * time.Hour // stretch in one row
	LongestRow = longest + keptFor
	// TimeKept is for how long stretches are remembered: as long as GetMetricDataV2 tells of.
	TimeKept = 94 * 24 * time.Hour
)

// Time is what a row of KindTime says.
type Time struct {
	User  string
	Spent []Stretch // in order
}

// TimeID is the id of the row of an agent's stretches that ends at a time. The rows of an instance are in the order of their ends.
func TimeID(instance string, end time.Time, user string) string {
	return fmt.Sprintf("%s/%013d.%s", instance, end.UnixMilli(), user)
}

// doing is what the agent does.
func (a Agent) doing() Doing {
	switch {
	case a.Status.Kind == Offline:
		return ""
	case a.Status.Kind == Custom:
		return Away
	case a.count(Connected, Ended) > 0:
		return OnContact
	case a.count(Connecting) > 0:
		return Called
	case a.count(Missed, Failed) > 0:
		return Stuck
	}
	return Idle
}

// Timed notes what the agent did until now, where it does something else from now on. It returns rows that are to be written in
// the commit that writes the agent.
func (a Agent) Timed(now time.Time) (Agent, []change.Resource, error) {
	doing := a.doing()
	if doing == a.Doing {
		return a, nil, nil
	}
	ended := Stretch{a.Doing, a.DoingSince.UnixMilli(), now.UnixMilli()}
	a.Doing, a.DoingSince = doing, now
	if ended.Doing == "" || ended.Until <= ended.From {
		return a, nil, nil
	}
	spent := append(a.Spent[:len(a.Spent):len(a.Spent)], ended)
	first := time.UnixMilli(spent[0].From)
	if len(spent) < keptWith && now.Sub(first) < keptFor {
		a.Spent = spent
		return a, nil, nil
	}
	a.Spent = nil
	rows, err := a.timeRows(spent)
	return a, rows, err
}

// Written is the agent as it is stored from now on, and what of its time becomes rows with it.
func (a Agent) Written(now time.Time) ([]change.Resource, error) {
	a, rows, err := a.Timed(now)
	if err != nil {
		return nil, err
	}
	row, err := a.Resource()
	return append([]change.Resource{row}, rows...), err
}

// Rows are what is noted with the agent, as rows: it is about to be deleted.
func (a Agent) Rows() ([]change.Resource, error) {
	if len(a.Spent) == 0 {
		return nil, nil
	}
	return a.timeRows(a.Spent)
}

// timeRows are the rows of some stretches: what lies far apart, or is long, becomes several. What nobody can ask for any more is left out.
func (a Agent) timeRows(spent []Stretch) (rows []change.Resource, err error) {
	var pieces []Stretch
	oldest := spent[len(spent)-1].Until - TimeKept.Milliseconds()
	for _, s := range spent {
		for from := max(s.From, oldest); from < s.Until; from += longest.Milliseconds() {
			pieces = append(pieces, Stretch{s.Doing, from, min(s.Until, from+longest.Milliseconds())})
		}
	}
	for first, i := 0, 1; i <= len(pieces); i++ {
		if i < len(pieces) && pieces[i].Until-pieces[first].From <= LongestRow.Milliseconds() {
			continue
		}
		row, err := a.timeRow(pieces[first:i])
		if err != nil {
			return nil, err
		}
		rows, first = append(rows, row), i
	}
	return rows, nil
}

func (a Agent) timeRow(spent []Stretch) (change.Resource, error) {
	text, err := json.Marshal(Time{a.UserID, spent})
	end := time.UnixMilli(spent[len(spent)-1].Until)
	return change.Resource{Kind: KindTime, ID: TimeID(a.InstanceID, end, a.UserID), Document: text}, err
}

// SpentUntil is what is noted with the agent, and what it does now, as if that ended now.
func (a Agent) SpentUntil(now time.Time) []Stretch {
	if a.Doing == "" || !now.After(a.DoingSince) {
		return a.Spent
	}
	return append(a.Spent[:len(a.Spent):len(a.Spent)], Stretch{a.Doing, a.DoingSince.UnixMilli(), now.UnixMilli()})
}
