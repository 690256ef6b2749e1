package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"parley/app/story"
	"parley/client"
	"parley/server/doctor"
)

type doctorCommand struct {
	server
	Contact  string `arg:"" optional:"" help:"Id of the contact. Without it the last refused calls are told, those that no contact came of included."`
	Instance string `help:"Id of its instance; that of the first start by default."`
}

// Run prints what happened to a contact, in time order, and what is going to.
func (c doctorCommand) Run(ctx context.Context) error {
	ask := doctor.Ask{Instance: c.Instance, Contact: c.Contact}
	if c.Contact != "" && c.Instance == "" {
		ready, err := client.ReadReady(c.ready())
		if err != nil {
			return fmt.Errorf("no running server found (start one with parley serve): %w", err)
		}
		ask.Instance = ready.InstanceID
	}
	var answer doctor.Answer
	if err := c.call(ctx, "POST", doctor.Path, ask, &answer); err != nil {
		return err
	}
	if answer.Story == nil {
		if len(answer.Refusals) == 0 {
			fmt.Println("No call was refused since this server started.")
		}
		return table(os.Stdout, answer.Refusals)
	}
	return tell(os.Stdout, answer.Story)
}

func tell(w io.Writer, s *story.Story) error {
	fmt.Fprintf(w, "Contact %s of chat %s: %s. It is %s.\n\n", s.Contact, s.Initial, s.Status, s.Now.UTC().Format(time.RFC3339))
	if err := table(w, s.Lines); err != nil {
		return err
	}
	if len(s.Ahead) > 0 {
		fmt.Fprintln(w, "\nWhat is going to happen:")
		if err := table(w, s.Ahead); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\nCalls, sockets, flow steps and offers are those that this server remembers; it began at %s.\n", s.Remembered.UTC().Format(time.RFC3339))
	if s.Shortened {
		fmt.Fprintln(w, "The chat has more items, or the server more deadlines, than were looked at.")
	}
	return nil
}

// table prints lines; what they say comes from our own words and ids.
func table(w io.Writer, lines []story.Line) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		text := l.Text
		if l.RequestID != "" {
			text += " [request " + l.RequestID + "]"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", l.At.UTC().Format("2006-01-02 15:04:05.000"), l.Kind, cmp.Or(l.Contact, "-"), text)
	}
	return t.Flush()
}
