package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"parley/client"
)

const (
	// setupAtOnce is how many chats are set up or stopped at a time.
	setupAtOnce = 16
	// grace is how long a phase may go on after its end for what is in flight.
	grace = 5 * time.Second
	// probeFor is how long the disk is measured before and after an open loop.
	probeFor = 2 * time.Second
)

// runner runs the phases of one Run.
type runner struct {
	options Options
	client  *client.Client
	server  process
	note    io.Writer // progress
	disk    Histogram
}

// newRunner returns a runner that drives the server of the options; they are complete.
func newRunner(o Options, note io.Writer) (*runner, error) {
	c, err := client.New(o.Server)
	return &runner{options: o, client: c, server: process(o.PID), note: note}, err
}

func (r *runner) progress(format string, args ...any) {
	fmt.Fprintf(r.note, format+"\n", args...)
}

func (r *runner) wants(mode string) bool { return slices.Contains(r.options.Modes, mode) }

// run measures the server, and one beside it in turn unless that is nil.
func (r *runner) run(ctx context.Context, beside *runner) (*Report, error) {
	report := &Report{ResidentBefore: mib(r.server.resident())}
	if r.wants(Idle) {
		idle, err := r.idle(ctx)
		if err != nil {
			return nil, fmt.Errorf("idle participants: %w", err)
		}
		report.Idle = idle
	}
	var own, other [][]Load
	for range r.options.Rounds {
		loads, err := r.round(ctx)
		if err != nil {
			return nil, err
		}
		own = append(own, loads)
		report.Speed = r.speed(ctx, report.Speed)
		if beside == nil {
			continue
		}
		r.progress("the same beside it …")
		if loads, err = beside.round(ctx); err != nil {
			return nil, fmt.Errorf("the server beside: %w", err)
		}
		other = append(other, loads)
	}
	report.Loads, report.Beside = middles(own), middles(other)
	if r.disk.Count() > 0 {
		report.Disk = &Disk{Syncs: r.disk.Count(), P50: ms(r.disk.Quantile(0.5)), P99: ms(r.disk.Quantile(0.99))}
	}
	return report, ctx.Err()
}

// speed measures the machine and returns the better of that and best: what else
// runs at the moment only makes it slower.
func (r *runner) speed(ctx context.Context, best *Speed) *Speed {
	speed, err := probeSpeed(ctx, min(probeFor, r.options.Duration))
	switch {
	case err != nil:
		r.progress("the machine was not measured: %v", err)
		return best
	case best == nil || speed.PostsPerSecond > best.PostsPerSecond:
		return speed
	}
	return best
}

// round runs each load once.
func (r *runner) round(ctx context.Context) (loads []Load, err error) {
	if r.wants(Starts) {
		loads = append(loads, r.starts(ctx))
	}
	if r.wants(Closed) || r.wants(Open) {
		talk, err := r.loads(ctx)
		if err != nil {
			return nil, err
		}
		loads = append(loads, talk...)
	}
	return loads, nil
}

// openPairs starts chats with both sides joined. Those that were begun are
// returned even on an error, to be closed.
func (r *runner) openPairs(ctx context.Context, n int) ([]*pair, error) {
	pairs := make([]*pair, n)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(setupAtOnce)
	for i := range pairs {
		group.Go(func() (err error) {
			pairs[i], err = newPair(ctx, r.client, r.options.FlowID)
			return err
		})
	}
	err := group.Wait()
	return slices.DeleteFunc(pairs, func(p *pair) bool { return p == nil }), err
}

// closePairs ends the chats; it goes on when ctx has ended, for a minute.
func (r *runner) closePairs(ctx context.Context, pairs []*pair) {
	r.atOnce(ctx, len(pairs), func(ctx context.Context, i int) error {
		return pairs[i].close(ctx, r.client)
	})
}

func (r *runner) stopContacts(ctx context.Context, ids []string) {
	r.atOnce(ctx, len(ids), func(ctx context.Context, i int) error {
		return r.client.StopContact(ctx, ids[i])
	})
}

// atOnce cleans up: a chat that has ended already is no failure, and others
// are only noted.
func (r *runner) atOnce(ctx context.Context, n int, f func(ctx context.Context, i int) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	var group errgroup.Group
	var failed failures
	group.SetLimit(setupAtOnce)
	for i := range n {
		group.Go(func() error {
			if err := f(ctx, i); err != nil && client.TypeOf(err) != "ContactNotFoundException" {
				failed.add(err)
			}
			return nil
		})
	}
	_ = group.Wait()
	if all := failed.all(); len(all) > 0 {
		r.progress("ending the chats: %v", all)
	}
}

// measure runs a load until the meter's end and reads the meter.
func (r *runner) measure(ctx context.Context, m *meter, drive func(ctx context.Context)) Load {
	ctx, cancel := context.WithDeadline(ctx, m.end.Add(grace))
	defer cancel()
	var driving sync.WaitGroup
	driving.Go(func() { drive(ctx) })
	used := r.watch(ctx, m)
	resident := r.server.resident()
	driving.Wait()
	lost := m.drain(ctx, grace)
	load := m.load()
	load.Lost, load.Resident = lost, mib(resident)
	load.CPUPer10k, load.GeneratorCPUPer10k = m.per10k(used.server), m.per10k(used.own)
	others := used.machine - used.server - used.own
	load.OtherCPUs = max(others.Seconds(), 0) / m.end.Sub(m.start).Seconds()
	return load
}

// usage is processor time: of the server, of this process, and of all.
type usage struct{ server, own, machine time.Duration }

func (r *runner) usage() usage {
	return usage{r.server.cpu(), process(os.Getpid()).cpu(), machineBusy()}
}

// watch returns what is used from the meter's start to its end; of a server
// that went away in between, nothing is known.
func (r *runner) watch(ctx context.Context, m *meter) usage {
	wait(ctx, m.start)
	from := r.usage()
	wait(ctx, m.end)
	to := r.usage()
	return usage{max(to.server-from.server, 0), to.own - from.own, to.machine - from.machine}
}

func wait(ctx context.Context, until time.Time) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Until(until)):
	}
}

// probe measures the disk, if it is known where it is.
func (r *runner) probe(ctx context.Context) {
	if r.options.DataDir == "" {
		return
	}
	if err := probeDisk(ctx, r.options.DataDir, probeFor, &r.disk); err != nil {
		r.progress("the disk was not measured: %v", err)
	}
}
