package main

import (
	"context"
	"os"

	"parley/client"
	"parley/cmd/parley/internal/term"
)

type agent struct {
	server
	Endpoint string `help:"URL of a server elsewhere."`
	Instance string `help:"Id or alias of the instance there; by default the server's first one."`
	User     string `env:"PARLEY_USER" help:"Your user name; by default the agent that comes with the server on this machine, while it has its first password."`
	Password string `env:"PARLEY_PASSWORD" help:"Your password. Better in the environment, where no list of processes shows it."`
	Code     string `help:"Your one-time code, if you sign in with one."`
}

// Run works until the agent quits or the input ends.
func (a agent) Run(ctx context.Context) error {
	o := term.AgentOptions{
		Server: client.Config{Endpoint: a.Endpoint, InstanceID: a.Instance}, User: a.User, Password: a.Password, Code: a.Code,
	}
	if a.Endpoint == "" {
		o.ReadyFile = a.ready()
	}
	return talked(term.RunAgent(ctx, o, os.Stdin, os.Stdout))
}
