// Package sink is where a server sends what others want to know of its chats: a webhook, a NATS subject, a file, or
// what speaks the protocols of Amazon SNS, Kinesis and S3.
//
// It guarantees: Send returns nil only when the other side has said that it has the message, a file only when it is
// synced; it makes one attempt, of no more than five seconds; whatever is called is called by the guarded client,
// but for NATS servers, which the operator names; errors quote nothing of what was sent or answered.
package sink

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/internal/fault"
	"parley/outbound/egress"
	"parley/outbound/signed"
)

// Message is what is sent.
type Message struct {
	ID         string // the same for every attempt
	Group      string // messages of one group are in order: the chat
	Path       string // its name where each message becomes a file of its own
	Type       string // what it is, for those who get several kinds
	Topic      string // ARN of the topic that it is for, "" for none
	Body       []byte // JSON
	Attributes []Attribute
	At         time.Time // when what it tells of happened
	Replay     string    // name of the replay because of which it is sent once more, "" for none
}

// replayName is the header, or the attribute, that names the replay.
const replayName = "Parley-Replay"

// told are the attributes, the name of the replay among them.
func (m Message) told() []Attribute {
	if m.Replay == "" {
		return m.Attributes
	}
	return append(slices.Clip(m.Attributes), Attribute{replayName, m.Replay})
}

// Attribute is told beside the body, for subscribers who filter.
type Attribute struct{ Name, Value string }

// Sink takes messages. It is safe for concurrent use.
type Sink interface {
	// Send sends a message once. fault.Unavailable where it may be taken later; other errors are about this message.
	Send(ctx context.Context, m Message) error
	// Close gives back what the sink holds.
	Close() error
}

// Options are what sinks are made with.
type Options struct {
	Client *egress.Client
	Policy egress.Policy
	Keys   signed.Credentials // of the AWS services
	Secret signed.Secret      // of webhooks
}

// within is how long one attempt may take (our choice), and maxAnswer how much of an answer is read.
const (
	within    = 5 * time.Second
	maxAnswer = 64 << 10
)

// errTarget says what a target looks like.
var errTarget = errors.New("an http(s):// URL, nats://HOST[:PORT]/SUBJECT, file:PATH, dir:PATH, s3://BUCKET[/PREFIX], " +
	"or the ARN of an SNS topic or a Kinesis stream, with @URL behind it for an endpoint other than Amazon's, is needed")

// Open makes the sink of a target. Nothing is called yet, but a file is opened.
func Open(target string, o Options) (Sink, error) {
	scheme, rest, _ := strings.Cut(target, ":")
	switch scheme {
	case "http", "https":
		return newWebhook(target, o)
	case "nats", "tls":
		return newNATS(target)
	case "file":
		return newFile(rest)
	case "dir":
		return newDirectory(rest)
	case "s3":
		return newBucket(target, o)
	case "arn":
		return newService(target, o)
	}
	return nil, errTarget
}

// call makes one attempt at a request and says what the answer means.
func call(ctx context.Context, c *egress.Client, r egress.Request) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r.MaxAnswer = maxAnswer
	answer, err := c.Do(ctx, r)
	switch {
	case err != nil || answer.OK():
		return err
	case egress.Busy(answer) || answer.Status == http.StatusRequestTimeout:
		return fault.New(fault.Unavailable, "it answered %d", answer.Status)
	}
	return fault.New(fault.Rule, "it answered %d", answer.Status)
}
