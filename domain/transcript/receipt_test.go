package transcript_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/domain/transcript"
)

func TestMarksOnlyMoveForward(t *testing.T) {
	position := rapid.Int64Range(0, 9)
	rapid.Check(t, func(t *rapid.T) {
		var m transcript.Mark
		for i := range 12 {
			next := transcript.Mark{Delivered: position.Draw(t, "delivered"), Read: position.Draw(t, "read")}
			next.DeliveredAt, next.ReadAt = at.Add(time.Duration(i)*time.Second), at.Add(time.Duration(i)*time.Minute)
			got, moved := m.Advance(next)
			if got.Delivered != max(m.Delivered, next.Delivered) || got.Read != max(m.Read, next.Read) {
				t.Fatalf("%+v and %+v make %+v", m, next, got)
			}
			if moved != (got.Delivered > m.Delivered || got.Read > m.Read) {
				t.Fatalf("%+v and %+v: moved is %v", m, next, moved)
			}
			if got.Delivered == m.Delivered && !got.DeliveredAt.Equal(m.DeliveredAt) {
				t.Fatalf("delivered again at %v, first at %v", got.DeliveredAt, m.DeliveredAt)
			}
			if got.Read == m.Read && !got.ReadAt.Equal(m.ReadAt) {
				t.Fatalf("read again at %v, first at %v", got.ReadAt, m.ReadAt)
			}
			m = got
		}
	})
}

func TestWhatAMarkSaysOfAMessage(t *testing.T) {
	delivered, read := at, at.Add(time.Minute)
	mark := transcript.Mark{Participant: "p", Delivered: 6, DeliveredAt: delivered, Read: 4, ReadAt: read}
	message := func(position int64, author string) *transcript.Item {
		return &transcript.Item{
			Position: position, ID: "m", Type: transcript.Message, Author: transcript.Author{ParticipantID: author},
		}
	}
	receipt := func(d, r time.Time) *transcript.Receipt {
		return &transcript.Receipt{MessageID: "m", Recipient: "p", DeliveredAt: d, ReadAt: r}
	}
	event := message(3, "other")
	event.Type = transcript.Event
	for name, c := range map[string]struct {
		item *transcript.Item
		want *transcript.Receipt
	}{
		"read and delivered": {message(4, "other"), receipt(delivered, read)},
		"delivered only":     {message(5, "other"), receipt(delivered, time.Time{})},
		"up to the mark":     {message(6, "other"), receipt(delivered, time.Time{})},
		"not reached":        {message(7, "other"), nil},
		"its own message":    {message(4, "p"), nil},
		"no message":         {event, nil},
	} {
		got, ok := mark.On(c.item)
		if ok != (c.want != nil) {
			t.Errorf("%s: says something: %v", name, ok)
		}
		if ok && !cmp.Equal(got, *c.want) {
			t.Errorf("%s: %s", name, cmp.Diff(*c.want, got))
		}
	}
}

func TestWhatIsReadWasDelivered(t *testing.T) {
	mark := transcript.Mark{Participant: "p", Read: 4, ReadAt: at}
	got, ok := mark.On(&transcript.Item{Position: 2, Type: transcript.Message})
	if !ok || !got.DeliveredAt.Equal(at) || !got.ReadAt.Equal(at) {
		t.Errorf("read without a delivered event: %+v, %v", got, ok)
	}
}
