// Command parley is a self-hosted customer-chat contact centre that speaks
// Amazon Connect's chat APIs.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // hours of operation have time zones, also on a machine without their files

	"github.com/alecthomas/kong"
)

// version is set by the linker.
var version = "dev"

type commands struct {
	Config kong.ConfigFlag `help:"JSON file with flags, by name." placeholder:"FILE"`

	Serve      serve            `cmd:"" help:"Run the server."`
	Health     health           `cmd:"" help:"Ask the running server whether it is ready: exit status 0 if so."`
	Chat       chat             `cmd:"" help:"Chat as a customer, in the terminal."`
	Agent      agent            `cmd:"" help:"Work as an agent, in the terminal."`
	Key        keyCommands      `cmd:"" help:"Manage access keys of the running server."`
	Secret     secretCommands   `cmd:"" help:"Change the master key, which seals stored secrets."`
	Audit      auditCommands    `cmd:"" help:"Read and check the audit log of the running server."`
	Held       heldCommand      `cmd:"" help:"Write everything that is held about a contact or a customer into a zip file."`
	Erase      eraseCommand     `cmd:"" help:"Erase everything that is held about a contact or a customer."`
	Redact     redactCommand    `cmd:"" help:"Take the text of a message, or an attached file, out of a contact."`
	Retention  retentionCommand `cmd:"" help:"Say for how long chats are kept."`
	Doctor     doctorCommand    `cmd:"" help:"Tell the story of a contact, or the last refused calls."`
	Deliveries deliveryCommands `cmd:"" help:"What sinks were told of the chats; try again, or replay."`
	Backup     takeBackup       `cmd:"" help:"Back up the data directory, of a running server too."`
	Restore    restore          `cmd:"" help:"Make a data directory from a backup."`
	Check      check            `cmd:"" help:"Read the whole database of a data directory and tell what is damaged."`
	Copy       copyAll          `cmd:"" help:"Copy a stopped server's data directory into a PostgreSQL database."`
	Export     exportInstance   `cmd:"" help:"Write the configuration of an instance into files, with names in the place of ids."`
	Import     importInstance   `cmd:"" help:"Make an instance as files say, or with --plan say how it differs."`
	Bench      measure          `cmd:"" help:"Measure a running server through its public API. Its chats end and stay in the data."`
	Flow       flowCommands     `cmd:"" help:"Tools for flows: lint, convert, diff, graph, names, resolve, test."`
	Version    about            `cmd:"" help:"Print the version."`
}

func main() {
	var c commands
	parser, err := kong.New(&c,
		kong.Name("parley"),
		kong.Description("A self-hosted customer-chat contact centre that speaks Amazon Connect's chat APIs."),
		kong.Configuration(readConfig),
		kong.ShortUsageOnError(),
	)
	if err != nil {
		panic(err) // the commands above are wrong
	}
	k, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(where(err))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "parley:", err)
		stop()
		os.Exit(exitCode(err)) //nolint:gocritic // stop has run
	}
}

// where says of a flag that came before its command where it belongs.
func where(err error) error {
	if err != nil && strings.Contains(err.Error(), "applies to the default command") {
		return fmt.Errorf("%w; write it behind the command, as in: parley deliveries sinks --data DIR", err)
	}
	return err
}

type about struct{}

// Run prints the version.
func (about) Run() error {
	fmt.Println("parley", version)
	return nil
}
