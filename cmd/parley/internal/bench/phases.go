package bench

import (
	"context"
	"fmt"
	"sync"
	"time"

	"parley/client"
)

// loads opens the pairs and runs the closed and the open loops on them.
func (r *runner) loads(ctx context.Context) ([]Load, error) {
	r.progress("opening %d chats …", r.options.Pairs)
	pairs, err := r.openPairs(ctx, r.options.Pairs)
	defer func() { r.closePairs(ctx, pairs) }()
	if err != nil {
		return nil, fmt.Errorf("opening the chats: %w", err)
	}
	var loads []Load
	if r.wants(Closed) {
		loads = append(loads, r.closed(ctx, pairs))
	}
	if r.wants(Open) {
		for _, rate := range r.options.Rates {
			r.probe(ctx)
			loads = append(loads, r.open(ctx, pairs, rate))
			r.probe(ctx)
		}
	}
	return loads, nil
}

func (r *runner) newMeter(pairs []*pair) *meter {
	m := newMeter(r.options.Warmup, r.options.Duration)
	for _, p := range pairs {
		p.meter.Store(m)
	}
	return m
}

// closed keeps one message in flight per pair.
func (r *runner) closed(ctx context.Context, pairs []*pair) Load {
	r.progress("closed loop, %v …", r.options.Duration)
	m := r.newMeter(pairs)
	load := r.measure(ctx, m, func(ctx context.Context) {
		var working sync.WaitGroup
		for _, p := range pairs {
			working.Go(func() {
				for time.Now().Before(m.end) && ctx.Err() == nil {
					if p.exchange(ctx) != nil {
						wait(ctx, time.Now().Add(10*time.Millisecond))
					}
				}
			})
		}
		working.Wait()
	})
	load.Name, load.Mode = fmt.Sprintf("closed loop, %d pairs", len(pairs)), Closed
	return load
}

// open sends at a rate whatever the server does.
func (r *runner) open(ctx context.Context, pairs []*pair, rate int) Load {
	r.progress("open loop at %d/s, %v …", rate, r.options.Duration)
	m := r.newMeter(pairs)
	plan := schedule{
		start:   m.start.Add(-r.options.Warmup),
		rate:    rate,
		count:   int((r.options.Warmup + r.options.Duration).Seconds() * float64(rate)),
		workers: len(pairs),
	}
	var late *Histogram
	load := r.measure(ctx, m, func(ctx context.Context) {
		late = plan.run(ctx, preciseSleep, func(worker int, due time.Time) {
			_ = pairs[worker].send(ctx, due)
		})
	})
	load.Name, load.Mode, load.Rate = fmt.Sprintf("open loop at %d/s", rate), Open, rate
	load.GeneratorP99 = ms(late.Quantile(0.99))
	load.Unsent = int64(plan.count) - m.acked.Load()
	for _, n := range load.Errors {
		load.Unsent -= int64(n)
	}
	return load
}

// starts starts chats one after the other in each starter, each until the
// flow's first message is on the customer's socket.
func (r *runner) starts(ctx context.Context) Load {
	r.progress("starting chats, %d at once, %v …", r.options.Starters, r.options.Duration)
	m := newMeter(r.options.Warmup, r.options.Duration)
	var mu sync.Mutex
	var ids []string
	load := r.measure(ctx, m, func(ctx context.Context) {
		var working sync.WaitGroup
		for range r.options.Starters {
			working.Go(func() {
				for time.Now().Before(m.end) && ctx.Err() == nil {
					id, err := r.start(ctx, m)
					if err != nil {
						m.failures.add(err)
						wait(ctx, time.Now().Add(10*time.Millisecond))
					}
					mu.Lock()
					ids = append(ids, id)
					mu.Unlock()
				}
			})
		}
		working.Wait()
	})
	load.Name, load.Mode = fmt.Sprintf("chats started, %d at once", r.options.Starters), Starts
	r.progress("ending %d chats …", len(ids))
	r.stopContacts(ctx, ids)
	return load
}

// start starts one chat and waits for its greeting.
func (r *runner) start(ctx context.Context, m *meter) (contactID string, err error) {
	begun := time.Now()
	started, err := r.client.StartChat(ctx, client.Start{FlowID: r.options.FlowID, DisplayName: "Load"})
	if err != nil {
		return "", err
	}
	m.acked.Add(1)
	greeted := make(chan struct{})
	greet := sync.OnceFunc(func() {
		m.arrive(begun)
		close(greeted)
	})
	chat, err := r.client.Join(ctx, started.ParticipantToken, client.Events{Item: func(i client.Item) {
		if i.Type == "MESSAGE" && i.ParticipantRole == "SYSTEM" {
			greet()
		}
	}})
	if err != nil {
		return started.ContactID, err
	}
	defer chat.Close()
	select {
	case <-greeted:
		return started.ContactID, nil
	case <-ctx.Done():
		return started.ContactID, ctx.Err()
	}
}

// idle connects participants, lets them be silent and reads the server's memory.
func (r *runner) idle(ctx context.Context) (*IdleMemory, error) {
	if r.server.resident() == 0 {
		r.progress("idle participants: left out, the server's process is not known")
		return nil, nil
	}
	r.progress("connecting %d idle participants …", r.options.Idle)
	before := r.server.resident()
	pairs, err := r.openPairs(ctx, r.options.Idle/2)
	defer func() { r.closePairs(ctx, pairs) }()
	if err != nil {
		return nil, err
	}
	wait(ctx, time.Now().Add(r.options.Settle))
	after := r.server.resident()
	n := 2 * len(pairs)
	return &IdleMemory{
		Participants: n, ResidentBefore: mib(before), ResidentAfter: mib(after),
		PerParticipant: float64(after-before) / 1024 / float64(n),
	}, nil
}
