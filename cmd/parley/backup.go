package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"parley/node/backup"
	"parley/node/datadir"
)

type takeBackup struct {
	Data       string `default:"data" env:"PARLEY_DATA" help:"Data directory; its server may run."`
	File       string `arg:"" type:"path" help:"File that the backup is written to; it must not be there yet."`
	WithoutKey bool   `help:"Leave the master key out. Keep it elsewhere: without it the keys in the backup cannot be opened."`
}

// Run takes a backup.
func (b takeBackup) Run(ctx context.Context) error {
	tell, done := progress()
	m, err := backup.Take(ctx, backup.Options{
		Data: b.Data, To: b.File, WithoutKey: b.WithoutKey, Version: version, Progress: tell,
	})
	done()
	if err != nil {
		return err
	}
	info, err := os.Stat(b.File)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, schema version %d, as of %s\n", b.File, info.Size(), m.Schema, m.Taken.Format(time.RFC3339))
	if !m.Attachments {
		fmt.Println("Files that were attached to chats are not in it: none are kept in the data directory.")
	}
	if m.HasKey() {
		fmt.Println("It holds the master key and all chats: keep it as you would keep the server's secrets.")
	}
	return nil
}

type restore struct {
	File  string `arg:"" type:"existingfile" help:"The backup."`
	Data  string `default:"data" env:"PARLEY_DATA" help:"Data directory to restore into; no server may use it."`
	Force bool   `help:"Also if the directory is not empty: what it holds is moved aside within it."`
}

// Run restores a backup.
func (r restore) Run(ctx context.Context) error {
	tell, done := progress()
	m, moved, err := backup.Restore(ctx, backup.Restoration{From: r.File, Data: r.Data, Force: r.Force, Progress: tell})
	done()
	if moved != "" {
		fmt.Println("What was there is in", moved)
	}
	if err != nil {
		return err
	}
	fmt.Printf("%s: restored as of %s\n", r.Data, m.Taken.Format(time.RFC3339))
	if !m.HasKey() {
		fmt.Printf("The backup holds no master key: copy yours to %s (mode 600) before you start the server.\n", filepath.Join(r.Data, datadir.MasterKey))
	}
	return nil
}

// progressEvery is how often long work says that it goes on (our choice).
const progressEvery = 2 * time.Second

// progress tells a person on stderr what long work is at; short work stays silent.
func progress() (tell func(string), done func()) {
	stages, over := make(chan string, 16), make(chan struct{})
	go func() {
		defer close(over)
		began, stage := time.Now(), "starting"
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case next, open := <-stages:
				if !open {
					return
				}
				stage = next
			case <-tick.C:
				fmt.Fprintf(os.Stderr, "%s … %v\n", stage, time.Since(began).Round(time.Second))
			}
		}
	}()
	return func(stage string) { stages <- stage }, func() { close(stages); <-over }
}
