package measure

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/metric"
	"parley/internal/fault"
	"parley/store"
	"parley/work/resource"
)

// Clock reads how agents spent their time.
type Clock struct {
	Store store.Store
	// Staff returns a user as metrics group by it, as it is now; fault.NotFound.
	Staff func(ctx context.Context, instance, user string) (metric.Agent, error)
	Now   func() time.Time
}

// Spans finds how the agents of an instance spent their time in an interval, what they do now until now. What lies beyond the interval may
// come, too.
func (c Clock) Spans(ctx context.Context, instance string, when metric.Interval) iter.Seq2[*metric.Span, error] {
	return func(yield func(*metric.Span, error) bool) {
		staff := map[string]metric.Agent{}
		told := func(user string, spent []agent.Stretch) bool {
			who, err := c.who(ctx, staff, instance, user)
			if err != nil {
				return yield(nil, err)
			}
			for _, s := range spent {
				span := &metric.Span{Agent: who, Doing: s.Doing, Interval: metric.Interval{Start: time.UnixMilli(s.From), End: time.UnixMilli(s.Until)}}
				if !yield(span, nil) {
					return false
				}
			}
			return true
		}
		// The agents first: what becomes a row between the two reads would else be missed. What comes twice is left out.
		until, goesOn, err := c.present(ctx, instance, told)
		if err == nil && goesOn {
			err = c.past(ctx, instance, when, until, told)
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// present tells what is noted with the agents. It returns since when, by user.
func (c Clock) present(ctx context.Context, instance string, told func(string, []agent.Stretch) bool) (since map[string]int64, goesOn bool, err error) {
	since = map[string]int64{}
	err = c.each(ctx, instance, agent.Kind, "", func(row *change.Resource) (bool, error) {
		a, err := agent.Parse(instance, row.ID, row.Version, row.Document)
		if err != nil {
			return false, err
		}
		goesOn = true
		if spent := a.SpentUntil(c.Now()); len(spent) > 0 {
			since[a.UserID] = spent[0].From
			goesOn = told(a.UserID, spent)
		}
		return goesOn, nil
	})
	return since, goesOn, err
}

// past tells what rows say of an interval. Of a user of whom the time since some moment was told already only what was before is told.
func (c Clock) past(ctx context.Context, instance string, when metric.Interval, since map[string]int64, told func(string, []agent.Stretch) bool) error {
	stop := agent.TimeID(instance, when.End.Add(agent.LongestRow), "")
	return c.each(ctx, "", agent.KindTime, agent.TimeID(instance, when.Start, ""), func(row *change.Resource) (bool, error) {
		if row.ID > stop || !strings.HasPrefix(row.ID, instance+"/") {
			return false, nil
		}
		var t agent.Time
		if err := json.Unmarshal(row.Document, &t); err != nil {
			return false, err
		}
		for n, s := range t.Spent {
			if from, is := since[t.User]; is && s.From >= from {
				t.Spent = t.Spent[:n]
				break
			}
		}
		return told(t.User, t.Spent), nil
	})
}

func (c Clock) who(ctx context.Context, known map[string]metric.Agent, instance, user string) (metric.Agent, error) {
	who, is := known[user]
	if is {
		return who, nil
	}
	who, err := c.Staff(ctx, instance, user)
	if fault.Is(err, fault.NotFound) {
		who, err = metric.Agent{ID: user}, nil
	}
	known[user] = who
	return who, err
}

// each reads the rows of a kind after an id, until do says that it is enough.
func (c Clock) each(ctx context.Context, instance, kind, after string, do func(*change.Resource) (bool, error)) error {
	for row, err := range store.All(ctx, c.Store, instance, kind, after) {
		if err != nil {
			return err
		}
		if goesOn, err := do(row); err != nil || !goesOn {
			return err
		}
	}
	return nil
}

// Forget deletes the rows of all instances that are older than what is asked for, and all of instances that are gone.
func (c Clock) Forget(ctx context.Context, exists func(ctx context.Context, instance string) (bool, error)) error {
	for after := ""; ; {
		rows, err := c.Store.Resources(ctx, "", agent.KindTime, after, 1)
		if err != nil || len(rows) == 0 {
			return err
		}
		instance, _, _ := strings.Cut(rows[0].ID, "/")
		is, err := exists(ctx, instance)
		if err != nil {
			return err
		}
		end := instance + "/~" // behind all numbers
		if is {
			err = c.forget(ctx, instance, agent.TimeID(instance, c.Now().Add(-agent.TimeKept), ""))
		} else {
			err = c.forget(ctx, instance, end)
		}
		if err != nil {
			return err
		}
		after = end
	}
}

func (c Clock) forget(ctx context.Context, instance, before string) error {
	return resource.Clear(ctx, c.Now, c.Store.Commit, resource.Under(ctx, c.Store, "", agent.KindTime, instance+"/", before))
}
