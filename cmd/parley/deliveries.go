package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"parley/app/deliver"
	"parley/client"
	"parley/server/deliveries"
)

type deliveryCommands struct {
	List   deliveryList   `cmd:"" default:"withargs" help:"Print what sinks have not taken; with --contact what they were told of one chat."`
	Sinks  deliverySinks  `cmd:"" help:"Print the sinks, and what waits for them or was given up."`
	Jobs   deliveryJobs   `cmd:"" help:"Print the retries and replays of many chats that go on, or ended in the last week."`
	Retry  deliveryRetry  `cmd:"" help:"Try again what a sink has not taken: all, or of one chat."`
	Replay deliveryReplay `cmd:"" help:"Send a sink once more what it was told of a contact, or what happened in a time."`
}

// deliveryServer is the running server and an instance there.
type deliveryServer struct {
	server
	Instance string `help:"Id of the instance; that of the first start by default."`
}

// ask calls an operation; without an instance it is about that of the first start.
func (c deliveryServer) ask(ctx context.Context, name string, in deliveries.Ask) (out deliveries.Answer, err error) {
	if in.Instance = c.Instance; in.Instance == "" {
		ready, err := client.ReadReady(c.ready())
		if err != nil {
			return out, fmt.Errorf("no running server found (start one with parley serve): %w", err)
		}
		in.Instance = ready.InstanceID
	}
	err = c.call(ctx, "POST", deliveries.Path+name, in, &out)
	return out, err
}

type deliveryList struct {
	deliveryServer
	Sink    string `help:"One sink, KIND/NAME as events/crm; all by default."`
	Contact string `help:"Id of a contact: of its chat, and what was delivered, too."`
	State   string `enum:",waiting,given_up" default:"" help:"waiting or given_up; both by default."`
	Most    int    `default:"100" help:"How many lines."`
}

// Run prints a line for each delivery.
func (c deliveryList) Run(ctx context.Context) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "HAPPENED\tCONTACT\tNUMBER\tWHAT\tSINK\tSTATE\tTRIES\tLAST\tNEXT\tERROR")
	ask := deliveries.Ask{Sink: c.Sink, Contact: c.Contact, State: deliver.State(c.State)}
	var streams []deliver.Flow
	for left := c.Most; left > 0; {
		out, err := c.ask(ctx, "list", ask)
		if err != nil {
			return err
		}
		if out.Log != nil {
			out.Deliveries, ask.Position, streams = out.Log.Deliveries, out.Log.Next, out.Log.Streams
		}
		for i := range out.Deliveries[:min(left, len(out.Deliveries))] {
			if d := &out.Deliveries[i]; c.Sink == "" || c.Sink == d.Sink {
				deliveryLine(w, d)
				left--
			}
		}
		if ask.After = out.Next; ask.After == "" && ask.Position == 0 {
			break
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, f := range streams {
		fmt.Printf("Stream %s to %s (%s): the next item is %d, the last one %d.\n", f.Stream, f.Topic, cmp.Or(f.Sink, "nothing stands behind it"), f.Next, f.Until)
	}
	return nil
}

func deliveryLine(w io.Writer, d *deliver.Delivery) {
	last := d.Tried
	if last.IsZero() {
		last = d.Delivered
	}
	fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", shortTime(d.Happened), cmp.Or(d.Contact, d.Chat), d.Number, d.Type, d.Sink, d.State, d.Tries,
		shortTime(last), shortTime(d.Again), d.Error)
}

// shortTime is a time to the second, - for none.
func shortTime(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

type deliverySinks struct{ deliveryServer }

// Run prints a line for each sink.
func (c deliverySinks) Run(ctx context.Context) error {
	out, err := c.ask(ctx, "sinks", deliveries.Ask{})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SINK\tIS\tCHATS WAITING\tGIVEN UP")
	for _, s := range out.Sinks {
		is := "up"
		switch {
		case s.Gone:
			is = "not configured"
		case s.Down:
			is = "down"
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\n", s.Sink, is, s.Waiting, s.GivenUp)
	}
	if err := w.Flush(); err == nil && out.More {
		fmt.Println("There is more than was counted.")
	}
	return nil
}

type deliveryJobs struct{ deliveryServer }

// Run prints a line for each job.
func (c deliveryJobs) Run(ctx context.Context) error {
	out, err := c.ask(ctx, "jobs", deliveries.Ask{})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "JOB\tWHAT\tSINK\tBEGAN\tENDED\tDELIVERIES\tCHATS\tERROR")
	for _, j := range out.Jobs {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\n", j.ID, j.Kind, j.Sink, shortTime(j.Began), shortTime(j.Ended), j.Deliveries, j.Chats, j.Error)
	}
	return w.Flush()
}

type deliveryRetry struct {
	deliveryServer
	Sink    string `arg:"" help:"KIND/NAME, as events/crm."`
	Contact string `help:"Of the chat of this contact only."`
	Number  int64  `help:"Of this chat only what has this number."`
	Stream  string `help:"Of this message stream of the chat only."`
}

// Run has it tried again, and prints what is.
func (c deliveryRetry) Run(ctx context.Context) error {
	if c.Contact == "" && (c.Number != 0 || c.Stream != "") {
		return errors.New("--number and --stream need --contact")
	}
	return c.again(ctx, "retry", deliveries.Ask{Sink: c.Sink, Contact: c.Contact, Number: c.Number, Stream: c.Stream})
}

type deliveryReplay struct {
	deliveryServer
	Sink    string    `arg:"" help:"KIND/NAME, as events/crm."`
	Contact string    `xor:"what" help:"What it was told of this contact."`
	From    time.Time `xor:"what" placeholder:"TIME" help:"What happened from this time, as 2026-01-31T08:00:00Z,"`
	Until   time.Time `placeholder:"TIME" help:"and before this one."`
}

// Run has it sent once more, and prints what is.
func (c deliveryReplay) Run(ctx context.Context) error {
	if (c.Contact == "") == (c.From.IsZero() || c.Until.IsZero()) {
		return errors.New("--contact, or --from and --until, are needed")
	}
	return c.again(ctx, "replay", deliveries.Ask{Sink: c.Sink, Contact: c.Contact, From: c.From, Until: c.Until})
}

// again has something sent again, and prints how much or which job does it.
func (c deliveryServer) again(ctx context.Context, name string, in deliveries.Ask) error {
	out, err := c.ask(ctx, name, in)
	if err != nil {
		return err
	}
	if out.Job != nil {
		fmt.Printf("Job %s goes through all chats; parley deliveries jobs tells how far it is.\n", out.Job.ID)
		return nil
	}
	fmt.Printf("%d are sent again; what waited is tried at once.\n", out.Count)
	return nil
}
