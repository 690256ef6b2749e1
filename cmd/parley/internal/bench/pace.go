package bench

import (
	"context"
	"sync"
	"time"
)

// schedule is an open loop's plan: count messages, evenly spaced, whatever
// becomes of the ones before.
type schedule struct {
	start   time.Time
	rate    int // a second, over all workers
	count   int
	workers int // message i is worker i mod workers'
}

func (s schedule) due(i int) time.Time {
	return s.start.Add(time.Duration(i) * time.Second / time.Duration(s.rate))
}

// run calls send for every message of the plan with the time at which it is
// due. A worker's messages keep their order; one that is late delays its own
// later ones, and they stay due when they were. sleep waits at least d. It
// returns how late each message was handed to its worker: the generator's own
// error. When ctx ends the rest is not sent.
func (s schedule) run(ctx context.Context, sleep func(time.Duration), send func(worker int, due time.Time)) *Histogram {
	queues := make([]chan time.Time, s.workers)
	var working sync.WaitGroup
	for w := range queues {
		queues[w] = make(chan time.Time, s.count/s.workers+1)
		working.Go(func() {
			for due := range queues[w] {
				if ctx.Err() == nil {
					send(w, due)
				}
			}
		})
	}
	late := s.hand(ctx, sleep, queues)
	for _, q := range queues {
		close(q)
	}
	working.Wait()
	return late
}

// hand gives each message to its worker when it is due. It never blocks on a
// worker: a queue holds its worker's whole share.
func (s schedule) hand(ctx context.Context, sleep func(time.Duration), queues []chan time.Time) *Histogram {
	late := &Histogram{}
	for i := 0; i < s.count && ctx.Err() == nil; i++ {
		due := s.due(i)
		if wait := time.Until(due); wait > 0 {
			sleep(wait)
		}
		late.Record(time.Since(due))
		queues[i%s.workers] <- due
	}
	return late
}
