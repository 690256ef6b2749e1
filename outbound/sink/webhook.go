package sink

import (
	"context"
	"encoding/json"
	"net/http"

	"parley/outbound/egress"
	"parley/outbound/signed"
)

// webhook gets each message as the body of a POST, signed as Standard Webhooks says. What is for a topic comes as Amazon SNS
// posts it to its HTTP subscribers.
type webhook struct {
	client *egress.Client
	url    string
	secret signed.Secret
}

func newWebhook(url string, o Options) (Sink, error) {
	if err := o.Policy.Check(url); err != nil {
		return nil, err
	}
	return &webhook{o.Client, url, o.Secret}, nil
}

func (w *webhook) Send(ctx context.Context, m Message) error {
	header := http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {m.ID}}
	if m.Replay != "" {
		header.Set(replayName, m.Replay)
	}
	body := m.Body
	if m.Topic != "" {
		header.Set("Content-Type", "text/plain; charset=UTF-8")
		header.Set("X-Amz-Sns-Message-Type", "Notification")
		header.Set("X-Amz-Sns-Message-Id", m.ID)
		header.Set("X-Amz-Sns-Topic-Arn", m.Topic)
		body = notification(m)
	}
	return call(ctx, w.client, egress.Request{
		URL: w.url, Header: header, Body: body, MaxBody: maxMessage, Sign: w.secret.Webhook(m.ID, body),
	})
}

func (*webhook) Close() error { return nil }

// maxMessage bounds what is sent at once (our choice): the file of a long transcript is the largest.
const maxMessage = 64 << 20

type notified struct {
	Type, Value string
}

// notification is a message as Amazon SNS hands it on: without SNS's own signature, instead of which the request is signed.
func notification(m Message) []byte {
	attributes := map[string]notified{}
	for _, a := range m.told() {
		attributes[a.Name] = notified{"String", a.Value}
	}
	body, _ := json.Marshal(struct { // strings always encode
		Type, MessageId, TopicArn, Message, Timestamp string
		MessageAttributes                             map[string]notified
	}{"Notification", m.ID, m.Topic, string(m.Body), m.At.UTC().Format("2006-01-02T15:04:05.000Z"), attributes})
	return body
}
