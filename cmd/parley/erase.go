package main

import (
	"context"
	"fmt"
	"strings"

	"parley/app/privacy"
	"parley/client"
	"parley/server/private"
)

// held is where a command about customers works.
type held struct {
	server
	Instance string `help:"Id of the instance; that of the first start by default."`
}

func (h *held) instance() (string, error) {
	if h.Instance != "" {
		return h.Instance, nil
	}
	ready, err := client.ReadReady(h.ready())
	if err != nil {
		return "", fmt.Errorf("no running server found (start one with parley serve): %w", err)
	}
	return ready.InstanceID, nil
}

type eraseCommand struct {
	held
	Contact  string `xor:"whom" required:"" help:"Id of a contact: its whole chat is erased."`
	Customer string `xor:"whom" required:"" help:"CustomerId: all chats of the customer are erased."`
	End      bool   `help:"End chats that go on, and the work of agents after them, first; otherwise nothing is erased then."`
}

// Run erases everything that is held about a contact or a customer.
func (c eraseCommand) Run(ctx context.Context) error {
	instance, err := c.instance()
	if err != nil {
		return err
	}
	var done privacy.Erasure
	ask := private.Erasure{Instance: instance, Contact: c.Contact, Customer: c.Customer, End: c.End}
	if err := c.call(ctx, "POST", private.Erase, ask, &done); err != nil {
		return err
	}
	if !done.Done {
		fmt.Printf("Erasure %s goes on. Erased so far: %s. The audit log says when it is done.\n", done.ID, privacy.Chats(done.Chats))
		return nil
	}
	fmt.Printf("Erasure %s is done. Erased: %s.\n", done.ID, privacy.Chats(done.Chats))
	return nil
}

type redactCommand struct {
	held
	Contact string `arg:"" help:"Id of the contact."`
	ID      string `arg:"" help:"Id of the message or of the attachment, as transcripts show it."`
	Name    bool   `help:"Of an attachment: take away what it was called, too."`
}

// Run takes the text of a message, or the bytes of a file, out of a contact.
func (c redactCommand) Run(ctx context.Context) error {
	instance, err := c.instance()
	if err != nil {
		return err
	}
	return c.call(ctx, "POST", private.Redact, private.Redaction{Instance: instance, Contact: c.Contact, ID: c.ID, Name: c.Name}, &struct{}{})
}

type retentionCommand struct {
	held
	Records     *int `help:"Days after which everything of a chat is erased; 0 = never."`
	Transcripts *int `help:"Days after which what was said in a chat is deleted, with its files; 0 = never."`
	Attachments *int `help:"Days after which the files of a chat are deleted; 0 = never."`
}

// Run sets the rules that are given, and prints those that stand.
func (c retentionCommand) Run(ctx context.Context) error {
	instance, err := c.instance()
	if err != nil {
		return err
	}
	var r privacy.Rules
	if err := c.call(ctx, "POST", private.Retention, private.Rules{Instance: instance}, &r); err != nil {
		return err
	}
	given := false
	for to, days := range map[*int]*int{&r.Records: c.Records, &r.Transcripts: c.Transcripts, &r.Attachments: c.Attachments} {
		if days != nil {
			*to, given = *days, true
		}
	}
	if given {
		if err := c.call(ctx, "POST", private.Retention, private.Rules{Instance: instance, Rules: &r}, &r); err != nil {
			return err
		}
	}
	fmt.Print(ruled(r))
	return nil
}

// ruled says how long what is kept: each rule, or one that takes it along before.
func ruled(r privacy.Rules) string {
	var text strings.Builder
	days, by := 0, "" // the shortest rule so far, and whose it is
	for _, line := range []struct {
		what string
		days int
	}{{"records", r.Records}, {"transcripts", r.Transcripts}, {"attachments", r.Attachments}} {
		kept, with := "for ever", ": they go with its "+by
		own := line.days > 0 && (days == 0 || line.days <= days)
		if own || by == "" {
			with = ""
		}
		if own && line.days != days {
			days, by = line.days, line.what
		}
		if days > 0 {
			kept = fmt.Sprintf("for %d days after the end of a chat", days)
		}
		fmt.Fprintf(&text, "%-12s are kept %s.\n", line.what, kept+with)
	}
	return text.String()
}
