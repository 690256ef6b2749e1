package deliver_test

import (
	"testing"
	"time"

	"parley/app/deliver"
	"parley/internal/fault"
)

// What names an entry without its chat, or a chat and a time, must not become a job over all chats.
func TestWhatCannotBeAskedFor(t *testing.T) {
	w := newWorld(t)
	now := time.Unix(1_800_000_000, 0)
	for name, a := range map[string]deliver.Again{
		"a number without a contact": {Once: deliver.Once{Instance: instance, Sink: "events/crm", Number: 1}},
		"a stream without a contact": {Once: deliver.Once{Instance: instance, Sink: "events/crm", Stream: "s"}},
		"a contact and a time":       {Once: deliver.Once{Instance: instance, Sink: "events/crm", Contact: "k"}, From: now, Until: now.Add(1)},
	} {
		for _, kind := range []deliver.JobKind{deliver.JobRetry, deliver.JobReplay} {
			if _, err := w.service.Ask(t.Context(), kind, a); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
		}
	}
	if jobs, err := w.service.Jobs(t.Context(), instance); err != nil || len(jobs) > 0 {
		t.Errorf("jobs %v, %v", jobs, err)
	}
	if _, _, err := w.service.Undelivered(t.Context(), deliver.Search{Instance: instance, State: "lost", Limit: 1}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a state that is none: %v", err)
	}
}
