package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"parley/client"
	"parley/cmd/parley/internal/carry"
)

// place names an instance: of the server on this machine, or elsewhere.
type place struct {
	server
	Endpoint string `help:"URL of a server elsewhere, for example https://connect.eu-west-1.amazonaws.com; its keys come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN."`
	Instance string `help:"Id of the instance; by default the one of a first start."`
	Region   string `default:"us-east-1" env:"AWS_REGION" help:"Region of the server elsewhere."`
}

func (p place) config() (client.Config, error) {
	if p.Endpoint == "" {
		ready, err := client.ReadReady(p.ready())
		if err != nil {
			return client.Config{}, fmt.Errorf("no running server found (start one with parley serve, or write --endpoint): %w", err)
		}
		config := ready.Config()
		if p.Instance != "" {
			config.InstanceID = p.Instance
		}
		return config, nil
	}
	config := client.Config{
		Endpoint: p.Endpoint, Region: p.Region, InstanceID: p.Instance, AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
	}
	switch {
	case config.InstanceID == "":
		return config, errors.New("--endpoint needs --instance")
	case config.AccessKeyID == "" || config.SecretAccessKey == "":
		return config, errors.New("--endpoint needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment")
	}
	return config, nil
}

// read reads the instance.
func (p place) read(ctx context.Context, tell func(string)) (*carry.API, *carry.Instance, error) {
	config, err := p.config()
	if err != nil {
		return nil, nil, err
	}
	a, err := carry.NewAPI(config)
	if err != nil {
		return nil, nil, err
	}
	in, err := carry.Read(ctx, a, tell)
	return a, in, err
}

// telling says how the work goes, on the standard error.
func telling(quiet bool) func(string) {
	if quiet {
		return func(string) {}
	}
	return func(step string) { fmt.Fprintln(os.Stderr, step) }
}

type exportInstance struct {
	place
	Quiet bool   `short:"q" help:"Do not say what is being read."`
	Dir   string `arg:"" type:"path" help:"The directory: empty, new, or of an earlier export."`
}

// Run writes an instance into files.
func (c exportInstance) Run(ctx context.Context) error {
	a, in, err := c.read(ctx, telling(c.Quiet))
	if err != nil {
		return err
	}
	defer a.Close()
	if err := in.Write(c.Dir); err != nil {
		return err
	}
	for _, note := range in.Notes {
		fmt.Fprintln(os.Stderr, "left out:", note)
	}
	printNever(os.Stderr)
	return nil
}

// printNever names what no export has.
func printNever(w io.Writer) {
	fmt.Fprintln(w, "never exported:", carry.Never)
}

type importInstance struct {
	place
	Plan      bool   `help:"Say what would change, and change nothing: exit status 0 where nothing would, 2 where something would, 1 for trouble."`
	Prune     bool   `help:"Delete what the files do not have."`
	Passwords string `type:"existingfile" placeholder:"FILE" help:"Passwords of users who are made: a JSON object by user name. The others get one that nobody knows."`
	Quiet     bool   `short:"q" help:"Do not say what is being read and done."`
	Dir       string `arg:"" type:"existingdir" help:"The directory of an export."`
}

// Run makes an instance as files say, or says how it differs.
func (c importInstance) Run(ctx context.Context) error {
	want, err := carry.Load(c.Dir)
	if err != nil {
		return err
	}
	passwords, err := readPasswords(c.Passwords)
	if err != nil {
		return err
	}
	tell := telling(c.Quiet)
	a, have, err := c.read(ctx, tell)
	if err != nil {
		return err
	}
	defer a.Close()
	plan, err := carry.Compare(a, want, have, c.Prune)
	if err != nil {
		return err
	}
	plan.Print(os.Stdout)
	switch {
	case plan.Empty():
		return nil
	case c.Plan:
		return coded{errors.New("there are differences: the instance is not as the files say"), 2}
	}
	return plan.Apply(ctx, a, have, carry.Options{Passwords: passwords, Tell: tell})
}

// readPasswords reads a file of passwords that others on this machine cannot read.
func readPasswords(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = fmt.Errorf("%s can be read by others: chmod 600 %s", path, path)
	}
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	passwords := map[string]string{}
	if err := json.Unmarshal(content, &passwords); err != nil {
		return nil, fmt.Errorf("%s must be a JSON object with a password by user name", path)
	}
	return passwords, nil
}
