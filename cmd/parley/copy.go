package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"parley/blob"
	"parley/node"
	"parley/node/datadir"
	"parley/node/transfer"
)

type copyAll struct {
	Data string `default:"data" env:"PARLEY_DATA" help:"Data directory to copy; its server must be stopped."`
	To   string `required:"" placeholder:"postgres://…" env:"PARLEY_STORE" help:"PostgreSQL database to copy into; it must be empty."`

	Attachments string `placeholder:"PLACE" env:"PARLEY_ATTACHMENTS" help:"Where the new servers keep attached files: a directory that they share or s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME], as parley serve has it. Needed if there are any."`
	Region      string `default:"us-east-1" env:"PARLEY_REGION" help:"AWS region, as parley serve has it."`
}

// Run copies an installation into a PostgreSQL database.
func (c copyAll) Run(ctx context.Context) error {
	tell, done := progress()
	o := transfer.Options{Data: c.Data, To: c.To, Progress: tell}
	if c.Attachments != "" {
		keys, err := attachments{Attachments: c.Attachments}.files()
		if err != nil {
			return err
		}
		o.Attachments = func() (blob.Store, error) { return node.OpenBlobs(c.Attachments, c.Data, c.Region, keys) }
	}
	rows, err := transfer.Copy(ctx, o)
	done()
	if err != nil {
		return err
	}
	fmt.Printf("Copied, and read back alike: %d sessions with %d items, %d client tokens, %d deadlines, %d resources.\n",
		rows["sessions"], rows["items"], rows["once"], rows["due"], rows["resources"])
	return tellKey(c.Data)
}

// tellKey says with which master key the servers are to be started.
func tellKey(data string) error {
	key, err := filepath.Abs(filepath.Join(data, datadir.MasterKey))
	if err != nil {
		return err
	}
	fmt.Println("The master key is not in the database. Start every server on it with")
	if _, err := os.Stat(key); err != nil {
		fmt.Printf("  PARLEY_MASTER_KEY_FILE or PARLEY_MASTER_KEY as this installation had it (%s is not there)\n", key)
		return nil
	}
	fmt.Printf("  PARLEY_MASTER_KEY_FILE=%s\nor a copy of that file, and --store with the database.\n", key)
	return nil
}
