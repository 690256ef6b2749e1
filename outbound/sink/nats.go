package sink

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"parley/internal/fault"
)

// subject gets each message as one of a NATS subject, under its id in the header Nats-Msg-Id, by which a JetStream stream knows
// what it has already. Without ?jetstream=true a message counts as sent when the server has it, whoever listens; with
// it, when a stream has stored it.
type subject struct {
	conn   *natsgo.Conn
	name   string
	stored bool
}

// newNATS reads nats://[USER:PASSWORD@]HOST[:PORT]/SUBJECT[?jetstream=true].
func newNATS(target string) (Sink, error) {
	u, err := url.Parse(target)
	if err != nil || u.Hostname() == "" {
		return nil, errTarget
	}
	s := &subject{name: strings.TrimPrefix(u.Path, "/")}
	if s.name == "" || strings.ContainsAny(s.name, " \t\r\n*>/") || strings.Contains("."+s.name+".", "..") {
		return nil, errors.New("the path must be a NATS subject without wildcards")
	}
	for name, values := range u.Query() {
		if name != "jetstream" {
			return nil, errors.New("there is no parameter " + strconv.Quote(name) + "; known is jetstream")
		}
		if s.stored, err = strconv.ParseBool(values[0]); err != nil {
			return nil, errors.New("jetstream must be true or false")
		}
	}
	server := url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}
	s.conn, err = natsgo.Connect(server.String(), natsgo.Name("parley"), natsgo.RetryOnFailedConnect(true), natsgo.MaxReconnects(-1),
		natsgo.ReconnectBufSize(-1), natsgo.ReconnectWait(250*time.Millisecond), natsgo.IgnoreAuthErrorAbort(), natsgo.Timeout(2*time.Second))
	if err != nil {
		return nil, errors.New("the NATS server's URL cannot be used")
	}
	return s, nil
}

func (s *subject) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	msg := natsgo.NewMsg(s.name)
	msg.Data = m.Body
	msg.Header.Set(natsgo.MsgIdHdr, m.ID)
	msg.Header.Set("Parley-Type", m.Type)
	for _, a := range m.told() {
		msg.Header.Set(a.Name, a.Value)
	}
	if int64(len(m.Body)) > s.conn.MaxPayload() && s.conn.IsConnected() {
		return fault.New(fault.Rule, "the message is larger than the NATS server takes")
	}
	err := s.publish(ctx, msg)
	if err != nil && !fault.Is(err, fault.Rule) {
		err = fault.Wrap(fault.Unavailable, err, "NATS does not take it")
	}
	return err
}

func (s *subject) publish(ctx context.Context, msg *natsgo.Msg) error {
	if !s.stored {
		if err := s.conn.PublishMsg(msg); err != nil {
			return err
		}
		return s.conn.FlushWithContext(ctx)
	}
	answer, err := s.conn.RequestMsgWithContext(ctx, msg)
	if err != nil {
		return err
	}
	var ack struct {
		Stream string
		Error  *struct{ Code int }
	}
	if err := json.Unmarshal(answer.Data, &ack); err != nil || ack.Error != nil || ack.Stream == "" {
		return errors.New("no stream has stored it")
	}
	return nil
}

func (s *subject) Close() error {
	s.conn.Close()
	return nil
}
