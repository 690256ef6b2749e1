package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"parley/app/audit"
	"parley/server/auditlog"
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
	query := url.Values{}
	if c.Instance != "" {
		query.Set("instance", c.Instance)
	}
	for left := c.Most; left > 0; {
		var out auditlog.Entries
		if err := c.call(ctx, "GET", auditPath+"?"+query.Encode(), nil, &out); err != nil {
			return err
		}
		if len(out.Entries) == 0 {
			break
		}
		for _, e := range out.Entries[:min(left, len(out.Entries))] {
			line(w, e)
		}
		left -= len(out.Entries)
		query.Set("before", strconv.FormatInt(out.Entries[len(out.Entries)-1].Seq, 10))
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
	query := url.Values{}
	if c.Known != "" {
		number, hash, ok := strings.Cut(c.Known, ":")
		if !ok {
			return fmt.Errorf("--known must be NUMBER:HASH, as parley audit verify prints it")
		}
		query.Set("seq", number)
		query.Set("hash", hash)
	}
	var head audit.Head
	if err := c.call(ctx, "GET", auditPath+"/verify?"+query.Encode(), nil, &head); err != nil {
		return err
	}
	fmt.Printf("%d:%s\n", head.Seq, head.Hash)
	return nil
}
