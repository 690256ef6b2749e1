package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"parley/internal/fault"
	"parley/outbound/egress"
	"parley/outbound/signed"
)

// lex is a Lex V2 runtime.
type lex struct {
	client *egress.Client
	url    string
	keys   signed.Credentials
}

// recognize is the body of RecognizeText.
type recognize struct {
	Text              string            `json:"text"`
	RequestAttributes map[string]string `json:"requestAttributes,omitempty"`
	State             State             `json:"sessionState"`
}

// ask is RecognizeText. A conversation that begins without a text is not told to
// Lex, which has no word for it: its session begins with the first text.
func (l lex) ask(ctx context.Context, c Call, _ func(string)) (json.RawMessage, error) {
	t, err := c.parse()
	if err != nil {
		return nil, err
	}
	a, ok := parseAlias(c.Alias)
	if !ok {
		return nil, fault.New(fault.Rule, "%.100q is no ARN of a Lex V2 alias", c.Alias)
	}
	if t.Text == "" {
		return t.reply().encode()
	}
	body, err := json.Marshal(recognize{t.Text, t.RequestAttributes, t.State})
	if err != nil {
		return nil, err
	}
	path := []string{strings.TrimSuffix(l.url, "/"), "bots", escape(a.bot), "botAliases", escape(a.alias), "botLocales", escape(locale(t)), "sessions", escape(t.SessionID), "text"}
	return ask(ctx, l.client, egress.Request{URL: strings.Join(path, "/"), Body: body, Sign: l.keys.AWS("lex", a.region, body)}, c.Key)
}

func escape(segment string) string { return egress.Segment(segment) }

// locale is the language, in Lex's spelling.
func locale(t Turn) string { return cmp.Or(strings.ReplaceAll(t.LocaleID, "-", "_"), "en_US") }

// webhook is asked with the whole turn, and which bot it is meant for; its answer has the shape of RecognizeText's.
type webhook struct {
	client *egress.Client
	url    string
	secret signed.Secret
}

type told struct {
	Alias string `json:"botAliasArn"`
	Turn
}

func (w webhook) ask(ctx context.Context, c Call, _ func(string)) (json.RawMessage, error) {
	t, err := c.parse()
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(told{c.Alias, t})
	if err != nil {
		return nil, err
	}
	return ask(ctx, w.client, egress.Request{URL: w.url, Body: body, Sign: w.secret.Webhook(c.Key, body)}, c.Key)
}

// ask makes a call whose answer is already in the right shape.
func ask(ctx context.Context, client *egress.Client, r egress.Request, key string) (json.RawMessage, error) {
	r.Header = http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}}
	r.MaxAnswer, r.Tries = MaxAnswer, tries
	a, err := client.Do(ctx, r)
	switch {
	case err != nil:
		return nil, err
	case !a.OK():
		return nil, fault.New(fault.Unavailable, "the bot's endpoint answered %d", a.Status)
	}
	var shape Reply
	if err := json.Unmarshal(a.Body, &shape); err != nil {
		return nil, fault.New(fault.Rule, "the bot's answer has not the shape of RecognizeText's")
	}
	return a.Body, nil
}
