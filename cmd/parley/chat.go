package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"parley/client"
	"parley/cmd/parley/internal/term"
	"parley/node"
)

// server says which server a command talks to.
type server struct {
	Data      string `default:"data" env:"PARLEY_DATA" help:"Data directory of the running server, on this machine."`
	ReadyFile string `type:"path" env:"PARLEY_READY_FILE" help:"Ready file of the running server; by default the one in its data directory."`
}

func (s server) ready() string {
	if s.ReadyFile != "" {
		return s.ReadyFile
	}
	return filepath.Join(s.Data, node.ReadyName)
}

// remote names a server by its address instead.
type remote struct {
	Endpoint string `help:"URL of a server elsewhere; its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."`
	Instance string `help:"Id of the instance there."`
	Flow     string `help:"Id of the flow that starts the chat; by default the inbound flow of the server on this machine."`
	Region   string `default:"us-east-1" env:"AWS_REGION" help:"Region of the server."`
}

func (r remote) config() client.Config {
	if r.Endpoint == "" {
		return client.Config{}
	}
	return client.Config{
		Endpoint: r.Endpoint, Region: r.Region, InstanceID: r.Instance,
		AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
	}
}

type chat struct {
	server
	remote
	Name       string            `default:"Customer" help:"Your name in the chat."`
	Attributes map[string]string `help:"Contact attributes, KEY=VALUE."`
}

// complete refuses an address without what is needed there.
func (r remote) complete() error {
	switch {
	case r.Endpoint == "":
		return nil
	case r.Instance == "" || r.Flow == "":
		return errors.New("--endpoint needs --instance and --flow")
	case os.Getenv("AWS_ACCESS_KEY_ID") == "" || os.Getenv("AWS_SECRET_ACCESS_KEY") == "":
		return errors.New("--endpoint needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment")
	}
	return nil
}

// Run chats until the chat or the input ends.
func (c chat) Run(ctx context.Context) error {
	if err := c.complete(); err != nil {
		return err
	}
	o := term.Options{Server: c.config(), FlowID: c.Flow, Name: c.Name, Attributes: c.Attributes}
	if c.Endpoint == "" {
		o.ReadyFile = c.ready()
	}
	return talked(term.Run(ctx, o, os.Stdin, os.Stdout))
}
