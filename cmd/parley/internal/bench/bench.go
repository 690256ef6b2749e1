package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"parley/client"
)

// The modes of a run, in the order in which they run.
const (
	Idle   = "idle"   // memory of connected participants who do nothing
	Starts = "starts" // chats started a second, to the greeting on the socket
	Closed = "closed" // one message in flight per chat, as fast as it goes
	Open   = "open"   // messages at given rates
)

// ErrTargets is returned by a strict run that misses a target.
var ErrTargets = errors.New("a target was missed")

// Options say what to drive and how. Zero values mean the defaults.
type Options struct {
	ReadyFile string        // of the server; fills in what is empty below, up to DataDir
	Server    client.Config // of a server without a ready file
	FlowID    string        // starts every chat; it has to greet
	PID       int           // the server's, for its processor time and memory
	DataDir   string        // on the disk whose fdatasync is measured
	Beside    string        // ready file of another server, under the same load in turn

	Modes    []string      // which to run; all when empty
	Pairs    int           // chats with a customer and a bot; 64
	Rates    []int         // messages a second of the open loops; 500 and 2,000
	Starters int           // chats being started at once; 32
	Idle     int           // idle participants; 4,000
	Duration time.Duration // of each measurement; 10 s
	Warmup   time.Duration // before each; 2 s
	Settle   time.Duration // before idle memory is read; 10 s
	Rounds   int           // of all but idle; the report has the middle one of each measurement; 1

	JSON   bool // print the report as one JSON document
	Check  bool // compare it with the targets
	Strict bool // and fail when one is missed
}

// Run drives the server and prints the report to out. It fails if the server
// cannot be driven at all; single failures are part of the report.
func Run(ctx context.Context, o Options, out io.Writer) error {
	o, err := o.complete()
	if err != nil {
		return err
	}
	// The generator has memory to spare and shares the server's processors.
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	report, err := o.measure(ctx, out)
	if err != nil {
		return err
	}
	if o.Check || o.Strict {
		report.Checks = CheckTargets(report)
	}
	if err := report.print(out, o.JSON); err != nil {
		return err
	}
	if o.Strict && slices.ContainsFunc(report.Checks, func(c Check) bool { return !c.Pass }) {
		return ErrTargets
	}
	return nil
}

// measure drives the server, and the one beside it in turn.
func (o Options) measure(ctx context.Context, out io.Writer) (*Report, error) {
	note := out
	if o.JSON {
		note = io.Discard
	}
	main, err := newRunner(o, note)
	if err != nil {
		return nil, err
	}
	defer main.client.Close()
	if o.Beside == "" {
		return main.run(ctx, nil)
	}
	other, err := o.beside()
	if err != nil {
		return nil, err
	}
	beside, err := newRunner(other, note)
	if err != nil {
		return nil, err
	}
	defer beside.client.Close()
	return main.run(ctx, beside)
}

// beside returns what drives the other server. The disk is measured with the first.
func (o Options) beside() (Options, error) {
	o.ReadyFile, o.Server, o.FlowID, o.PID = o.Beside, client.Config{}, "", 0
	o, err := o.complete()
	o.DataDir = ""
	return o, err
}

// complete reads the ready file and fills in the defaults.
func (o Options) complete() (Options, error) {
	if o.ReadyFile != "" && o.Server.Endpoint == "" {
		ready, err := client.ReadReady(o.ReadyFile)
		if err != nil {
			return o, err
		}
		o.Server = ready.Config()
		setDefault(&o.FlowID, ready.ContactFlowID)
		setDefault(&o.PID, ready.PID)
		setDefault(&o.DataDir, filepath.Dir(o.ReadyFile))
	}
	if len(o.Modes) == 0 {
		o.Modes = []string{Idle, Starts, Closed, Open}
	}
	for _, mode := range o.Modes {
		if !slices.Contains([]string{Idle, Starts, Closed, Open}, mode) {
			return o, fmt.Errorf("unknown mode %q: idle, starts, closed and open are known", mode)
		}
	}
	if len(o.Rates) == 0 {
		o.Rates = []int{500, 2000}
	}
	setDefault(&o.Pairs, 64)
	setDefault(&o.Starters, 32)
	setDefault(&o.Idle, 4000)
	setDefault(&o.Duration, 10*time.Second)
	setDefault(&o.Warmup, 2*time.Second)
	setDefault(&o.Settle, 10*time.Second)
	setDefault(&o.Rounds, 1)
	setDefault(&o.Server.MaxConns, max(o.Pairs, o.Starters))
	return o, nil
}

func setDefault[T comparable](to *T, value T) {
	var zero T
	if *to == zero {
		*to = value
	}
}
