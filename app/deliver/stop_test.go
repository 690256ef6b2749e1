package deliver_test

import (
	"context"
	"slices"
	"testing"

	"parley/app/deliver"
	"parley/outbound/sink"
)

// stopping is a sink during whose second message the server is stopped.
type stopping struct {
	place
	stop context.CancelFunc
}

func (s *stopping) Send(ctx context.Context, m sink.Message) error {
	if s.tries == 1 {
		s.stop()
	}
	if ctx.Err() != nil {
		s.tries++
		return ctx.Err()
	}
	return s.place.Send(ctx, m)
}

// What a sink took before the server was stopped is not sent again by the next one, and what it was stopped in is no failed try.
func TestAServerIsStoppedWhileItSends(t *testing.T) {
	w := newWorld(t)
	running, stop := context.WithCancel(t.Context())
	crm := &stopping{stop: stop}
	w.only(deliver.Destination{Name: "crm", What: deliver.Events, Sink: crm})
	chat := w.begin()
	due, err := w.store.Due(t.Context(), w.clock.Now(), 9)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range due {
		if d.Kind == deliver.DueDeliver {
			if err := w.service.HandleDue(running, d.DueRef); err == nil {
				t.Error("a server that was stopped says that everything is sent")
			}
		}
	}
	if len(crm.took) != 1 || running.Err() == nil {
		t.Fatalf("the sink took %q before the server was stopped", crm.ids(chat))
	}
	w.node()
	w.work()
	if got := w.at.ids(chat); len(got) != 1 || slices.Contains(crm.ids(chat), got[0]) {
		t.Errorf("then it was sent %q, after %q", got, crm.ids(chat))
	}
	if got := w.states(chat, "events/crm"); !slices.Equal(got, []string{"1 INITIATED delivered 1", "2 CONNECTED_TO_SYSTEM delivered 1"}) {
		t.Errorf("the log says %q", got)
	}
}
