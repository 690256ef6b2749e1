package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"parley/client"
	"parley/server/keys"
)

type keyCommands struct {
	Create  keyCreate  `cmd:"" help:"Make a key; its secret is shown once."`
	List    keyList    `cmd:"" help:"List the keys."`
	Disable keyDisable `cmd:"" help:"Refuse a key from now on."`
	Enable  keyEnable  `cmd:"" help:"Allow a disabled key again."`
	Rotate  keyRotate  `cmd:"" help:"Give a key a new secret; the old one is refused from now on."`
	Delete  keyDelete  `cmd:"" help:"Delete a key."`
}

// show prints what a caller is given a key with.
func show(w io.Writer, k keys.Key) {
	fmt.Fprintf(w, "export AWS_ACCESS_KEY_ID=%s\nexport AWS_SECRET_ACCESS_KEY=%s\n", k.AccessKeyID, k.SecretAccessKey)
}

// call asks the running server, signed with the key of its ready file.
func (s server) call(ctx context.Context, method, path string, in, out any) error {
	return s.ask(func(c *client.Client) error { return c.Call(ctx, method, path, in, out) })
}

// ask has a client of the running server do something.
func (s server) ask(do func(*client.Client) error) error {
	ready, err := client.ReadReady(s.ready())
	if err != nil {
		return fmt.Errorf("no running server found (start one with parley serve): %w", err)
	}
	c, err := client.New(ready.Config())
	if err != nil {
		return err
	}
	defer c.Close()
	err = do(c)
	if refused, ok := errors.AsType[*client.Error](err); ok {
		return errors.New(refused.Message)
	}
	return err
}

const keysPath = "/parley/keys"

type keyCreate struct {
	server
	Operations []string `help:"Operations that the key may call, for instance StartChatContact; all by default."`
	Instances  []string `help:"Ids of the instances that it may be used in; all by default."`
	Note       string   `help:"What the key is for."`
}

// Run makes a key and prints it.
func (c keyCreate) Run(ctx context.Context) error {
	var made keys.Key
	in := keys.NewKey{Operations: c.Operations, Instances: c.Instances, Note: c.Note}
	if err := c.call(ctx, "POST", keysPath, in, &made); err != nil {
		return err
	}
	show(os.Stdout, made)
	return nil
}

type keyList struct{ server }

// Run prints a line for each key.
func (c keyList) Run(ctx context.Context) error {
	var out struct{ Keys []keys.Key }
	if err := c.call(ctx, "GET", keysPath, nil, &out); err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KEY\tSTATE\tCREATED\tOPERATIONS\tINSTANCES\tNOTE")
	for _, k := range out.Keys {
		state := "enabled"
		if k.Disabled {
			state = "disabled"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", k.AccessKeyID, state, k.Created.Format(time.RFC3339), orAll(k.Operations), orAll(k.Instances), k.Note)
	}
	return w.Flush()
}

func orAll(list []string) string {
	if len(list) == 0 {
		return "all"
	}
	return strings.Join(list, ",")
}

// named is a command on one key.
type named struct {
	server
	ID string `arg:"" help:"The key's AWS_ACCESS_KEY_ID."`
}

type (
	keyDisable struct{ named }
	keyEnable  struct{ named }
	keyRotate  struct{ named }
	keyDelete  struct{ named }
)

// Run disables the key.
func (c keyDisable) Run(ctx context.Context) error {
	return c.call(ctx, "POST", keysPath+"/"+c.ID+"/disable", nil, nil)
}

// Run enables the key.
func (c keyEnable) Run(ctx context.Context) error {
	return c.call(ctx, "POST", keysPath+"/"+c.ID+"/enable", nil, nil)
}

// Run gives the key a new secret and prints it.
func (c keyRotate) Run(ctx context.Context) error {
	var made keys.Key
	if err := c.call(ctx, "POST", keysPath+"/"+c.ID+"/rotate", nil, &made); err != nil {
		return err
	}
	show(os.Stdout, made)
	return nil
}

// Run deletes the key.
func (c keyDelete) Run(ctx context.Context) error {
	return c.call(ctx, "DELETE", keysPath+"/"+c.ID, nil, nil)
}
