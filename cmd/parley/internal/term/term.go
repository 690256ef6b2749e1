package term

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"

	"parley/client"
)

// partingTime bounds the goodbye: leaving the chat and hearing of its end.
const partingTime = 5 * time.Second

// Options say which chat to start. Zero values mean the defaults.
type Options struct {
	ReadyFile  string            // of the server; fills in what is empty in Server and FlowID
	Server     client.Config     // of a server without a ready file
	FlowID     string            // that starts the chat
	Name       string            // of the customer; "Customer"
	Attributes map[string]string // contact attributes
	Quiet      time.Duration     // a script's line waits for this much silence; 1 s
}

// Run starts a chat and goes on until it ends, the customer leaves, ctx is
// cancelled or a script's input is at its end and answered. All of these are
// success. It fails if the chat cannot be started or a message is refused in a
// script; see ExitCode.
func Run(ctx context.Context, o Options, in io.Reader, out io.Writer) error {
	o, err := o.complete()
	if err != nil {
		return err
	}
	c, err := client.New(o.Server)
	if err != nil {
		return err
	}
	defer c.Close()
	s := &session{
		screen: &screen{out: out, ansi: isTerminal(out), self: !isTerminal(in)},
		script: !isTerminal(in),
		quiet:  o.Quiet,
	}
	if err := s.start(ctx, c, o); ctx.Err() != nil && err != nil {
		return nil
	} else if err != nil {
		return err
	}
	defer s.screen.close()
	defer s.chat.Close()
	return s.talk(ctx, lines(in))
}

// ExitCode returns the code for the shell: 0 for success, 1 when the server
// refused something, 2 for anything else, an unreachable server foremost.
func ExitCode(err error) int {
	var refused *client.Error
	switch {
	case err == nil:
		return 0
	case errors.As(err, &refused):
		return 1
	}
	return 2
}

func (o Options) complete() (Options, error) {
	if o.ReadyFile != "" && o.Server.Endpoint == "" {
		ready, err := readReady(o.ReadyFile)
		if err != nil {
			return o, err
		}
		o.Server = ready.Config()
		if o.FlowID == "" {
			o.FlowID = ready.ContactFlowID
		}
	}
	if o.Name == "" {
		o.Name = "Customer"
	}
	if o.Quiet == 0 {
		o.Quiet = time.Second
	}
	return o, nil
}

func readReady(path string) (client.Ready, error) {
	ready, err := client.ReadReady(path)
	if errors.Is(err, os.ErrNotExist) {
		err = fmt.Errorf("no server seems to run here: %w", err)
	}
	return ready, err
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}

// lines reads lines until the input ends and then closes the channel. A read
// that never returns is left behind; the process ends with it.
func lines(in io.Reader) <-chan string {
	out := make(chan string)
	go func() {
		defer close(out)
		for scanner := bufio.NewScanner(in); scanner.Scan(); {
			out <- scanner.Text()
		}
	}()
	return out
}
