package follow_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"parley/bus"
	"parley/domain/transcript"
)

func streamID(n int64) string { return transcript.StreamID("s", "key", time.UnixMilli(n)) }

// part is the hint of a part of the n-th streamed message.
func part(n int64, chunk int) bus.Hint {
	return bus.Hint{Session: "s", Items: []transcript.Item{{
		ID: streamID(n), Type: transcript.Message, Content: fmt.Sprint("part", chunk), Chunk: chunk,
		Author: transcript.Author{Role: transcript.System},
	}}}
}

func whole(n int64) transcript.Item {
	i := message()
	i.Stream = streamID(n)
	return i
}

func TestPartsOfAMessageThenTheWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s, _ := w.follow(t, customer, transcript.Customer, 0)
		w.publish(part(1, 1), part(1, 2), w.commit(message()), part(1, 3), w.commit(whole(1)))
		expect(t, s, "part1 part2 1 part3 2")
		w.publish(part(1, 4), part(1, 1)) // late ones
		w.publish(part(2, 1), w.commit(whole(2)))
		expect(t, s, "part1 part2 1 part3 2 part1 3")
		w.publish(part(1, 1), part(2, 2)) // very late ones
		expect(t, s, "part1 part2 1 part3 2 part1 3")
	})
}

// Whatever happens to the parts, they come in order from the first on or not at
// all, each once, and the whole message comes.
func TestPartsThatAreLostDoubledOrDisordered(t *testing.T) {
	for name, c := range map[string]struct {
		chunks []int
		want   string
	}{
		"none arrives":      {nil, "1"},
		"the first is lost": {[]int{2, 3}, "1"},
		"a later is lost":   {[]int{1, 3, 4}, "part1 1"},
		"doubled":           {[]int{1, 1, 2, 2, 1, 3}, "part1 part2 part3 1"},
		"disordered":        {[]int{2, 1, 3, 2}, "part1 part2 1"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				s, _ := w.follow(t, customer, transcript.Customer, 0)
				for _, n := range c.chunks {
					w.publish(part(1, n))
				}
				w.commit(whole(1)) // and even this hint is lost
				time.Sleep(3 * time.Second)
				expect(t, s, c.want)
				w.publish(part(1, 1), part(1, 4))
				expect(t, s, c.want)
			})
		})
	}
}

// Who comes in the middle gets no part, only the whole.
func TestASocketThatOpensWhileAMessageIsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		first, _ := w.follow(t, customer, transcript.Customer, 0)
		w.publish(part(1, 1))
		second, _ := w.follow(t, agent, transcript.Agent, 0)
		w.publish(part(1, 2), w.commit(whole(1)))
		expect(t, first, "part1 part2 1")
		expect(t, second, "1")
	})
}

// A message of an attempt that was lost in a crash begins again under its Id.
func TestAMessageThatBeginsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s, _ := w.follow(t, customer, transcript.Customer, 0)
		w.publish(part(1, 1), part(1, 2), part(1, 1), part(1, 2), part(1, 3), w.commit(whole(1)))
		expect(t, s, "part1 part2 part3 1")
	})
}
