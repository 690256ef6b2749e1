package transcript_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/transcript"
)

func TestWhoSeesAnItem(t *testing.T) {
	everybody := []transcript.Role{
		transcript.Customer, transcript.Agent, transcript.Supervisor, transcript.CustomBot, transcript.System,
	}
	for visibility, want := range map[transcript.Visibility][]transcript.Role{
		transcript.All:          everybody,
		transcript.CustomerOnly: {transcript.Customer},
		transcript.AgentOnly:    {transcript.Agent, transcript.Supervisor},
		transcript.AuthorOnly:   nil,
	} {
		item := transcript.Item{Visibility: visibility}
		var got []transcript.Role
		for _, r := range everybody {
			if item.VisibleTo(r) {
				got = append(got, r)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("visibility %d (-want +got):\n%s", visibility, diff)
		}
	}
}

func TestAnItemForItsAuthorOnly(t *testing.T) {
	item := transcript.Item{Visibility: transcript.AuthorOnly, Author: transcript.Author{ParticipantID: "a", Role: transcript.Agent}}
	if !item.SeenBy("a", transcript.Agent) || item.SeenBy("b", transcript.Agent) || item.SeenBy("c", transcript.Customer) {
		t.Errorf("%+v is seen by the wrong ones", item)
	}
}

func TestPlaceMakesIDPositionAndTimeAgree(t *testing.T) {
	var item transcript.Item
	item.Place(here, 12, at)
	position, ok := transcript.PositionOf(here, item.ID)
	if !ok || position != 12 || item.Position != 12 || !item.Time.Equal(at) {
		t.Errorf("placed at 12, %v: %+v", at, item)
	}
}

func TestTimesStrictlyIncrease(t *testing.T) {
	ms := time.Millisecond
	for name, c := range map[string]struct{ now, last, want time.Time }{
		"later":                  {at.Add(5 * ms), at, at.Add(5 * ms)},
		"the first item":         {at, time.Time{}, at},
		"the same instant":       {at, at, at.Add(ms)},
		"the clock went back":    {at.Add(-time.Hour), at, at.Add(ms)},
		"within a millisecond":   {at.Add(900 * time.Microsecond), at, at.Add(ms)},
		"cut to the millisecond": {at.Add(5*ms + 999*time.Microsecond), at, at.Add(5 * ms)},
	} {
		if got := transcript.NextTime(c.now, c.last); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
