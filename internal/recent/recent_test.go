package recent_test

import (
	"fmt"
	"testing"
	"time"

	"parley/internal/recent"
)

func TestTheNewestOfEachKindAreKept(t *testing.T) {
	l := recent.New(time.Now)
	l.Add(recent.Entry{Kind: recent.Socket, Text: "before the flood"})
	for i := range recent.Each + 3 {
		l.Add(recent.Entry{Kind: recent.Refused, Text: fmt.Sprint(i)})
	}
	refused := l.Find(func(e *recent.Entry) bool { return e.Kind == recent.Refused })
	if len(refused) != recent.Each || refused[0].Text != "3" || refused[len(refused)-1].Text != fmt.Sprint(recent.Each+2) {
		t.Errorf("%d entries from %s to %s", len(refused), refused[0].Text, refused[len(refused)-1].Text)
	}
	if got := l.Find(func(e *recent.Entry) bool { return e.Kind == recent.Socket }); len(got) != 1 || got[0].Text != "before the flood" {
		t.Errorf("a flood of one kind leaves of another %v", got)
	}
	var none *recent.Log
	none.Add(recent.Entry{})
	if got := none.Find(func(*recent.Entry) bool { return true }); got != nil {
		t.Errorf("nothing remembers %v", got)
	}
}
