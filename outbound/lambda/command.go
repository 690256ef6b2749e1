package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"time"

	"parley/internal/fault"
)

// killWait is how long a command that was killed may keep its output open (our choice).
const killWait = time.Second

// run invokes a command of the shell: the event on its standard input, the answer on
// its standard output. Each try is a new process; one that fails is an error. What the
// command started and left running ends with it.
func (f *Functions) run(ctx context.Context, line string, c Call) (json.RawMessage, error) {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	cmd.Stdin = bytes.NewReader(c.Event)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "IDEMPOTENCY_KEY=" + c.Key}
	out := &bounded{most: MaxAnswer}
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = out, f.o.Output, killWait
	defer grouped(cmd)()
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, fault.Wrap(fault.Unavailable, context.Cause(ctx), "the command did not answer in time")
	case err != nil:
		return nil, fault.Wrap(fault.Rule, err, "the command failed")
	case out.over:
		return nil, fault.New(fault.Rule, "the answer is larger than %d bytes", MaxAnswer)
	}
	return whole(out.kept.Bytes())
}

// bounded keeps so many bytes and notes that there were more.
type bounded struct {
	kept bytes.Buffer // no embedded one, whose ReadFrom would go past Write
	most int
	over bool
}

// Write takes everything and keeps what there is room for.
func (b *bounded) Write(p []byte) (int, error) {
	room := min(len(p), b.most-b.kept.Len())
	b.over = b.over || room < len(p)
	b.kept.Write(p[:room])
	return len(p), nil
}
