package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"parley/server/auditlog"
	"parley/work/audit"
)

type auditCommands struct {
	List   auditList   `cmd:"" default:"withargs" help:"Print the newest entries: who did what, and when."`
	Verify auditVerify `cmd:"" help:"Check that no entry was changed, inserted or taken away, and print the newest one's number and hash: keep them elsewhere."`
}

const auditPath = "/parley/audit"

type auditList struct {
	server
	Instance string `help:"Id of one instance; all by default."`
	Most     int    `default:"50" help:"How many entries."`
}

// Run prints a line for each entry.
func (c auditList) Run(ctx context.Context) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ENTRY\tWHEN\tWHO\tFROM\tOPERATION\tWHAT")
	ask := auditlog.Ask{Instance: c.Instance}
	for left := c.Most; left > 0; {
		var out auditlog.Entries
		if err := c.call(ctx, "POST", auditPath, ask, &out); err != nil {
			return err
		}
		for _, e := range out.Entries[:min(left, len(out.Entries))] {
			line(w, e)
		}
		left -= len(out.Entries)
		if ask.Before = out.Next; ask.Before == 0 {
			break
		}
	}
	return w.Flush()
}

// line prints one entry. What it says comes from our own tables and ids.
func line(w io.Writer, e audit.Entry) {
	what := []string{e.Event}
	if e.Subject != "" {
		what = append(what, e.Subject)
	}
	if e.Detail != "" {
		what = append(what, "("+e.Detail+")")
	}
	for _, c := range e.Changes {
		what = append(what, strings.TrimSpace(c.Kind+" "+c.ID+" "+c.What)+";")
	}
	fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", e.Seq, e.At.Format(time.RFC3339), strings.TrimSpace(string(e.Actor)+" "+e.ActorID), e.Address, e.Operation, strings.Join(what, " "))
}

type auditVerify struct {
	server
	Known string `placeholder:"NUMBER:HASH" help:"What an earlier run printed: the log must still hold that entry."`
}

// Run prints where the log ends, or fails.
func (c auditVerify) Run(ctx context.Context) error {
	var known audit.Head
	if c.Known != "" {
		number, hash, _ := strings.Cut(c.Known, ":")
		seq, err := strconv.ParseInt(number, 10, 64)
		if err != nil || hash == "" {
			return fmt.Errorf("--known must be NUMBER:HASH, as parley audit verify prints it")
		}
		known = audit.Head{Seq: seq, Hash: hash}
	}
	var head audit.Head
	if err := c.call(ctx, "POST", auditPath+"/verify", known, &head); err != nil {
		return err
	}
	fmt.Printf("%d:%s\n", head.Seq, head.Hash)
	return nil
}
