// Package bot asks bots for flows: a Lex V2 runtime at any endpoint, a webhook of
// the same shape, a chat model that speaks OpenAI's protocol, or a table of keywords.
//
// It guarantees: all answer in the shape of Lex's RecognizeText; only what the
// operator configured is asked, whatever a flow names; every try of one call carries
// the same idempotency key.
package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"parley/internal/fault"
	"parley/outbound/egress"
	"parley/outbound/signed"
)

// MaxAnswer is the largest answer that is read, in bytes (our choice: interactive
// messages of 12 KB, several of them).
const MaxAnswer = 128 << 10

// tries is how often a bot is asked at most (our choice).
const tries = 3

// Options say which bots there are.
type Options struct {
	Client *egress.Client
	Policy egress.Policy
	// Targets by alias, "*" for all others: see New.
	Targets []string
	Keys    signed.Credentials
	Secret  signed.Secret
	// ModelKey is the key of chat models that name no file with their own.
	ModelKey string
}

// Bots asks bots. It is safe for concurrent use.
type Bots struct {
	byAlias map[string]asker
}

// asker is one bot. said, if not nil, hears the beginning of a text that is still being made.
type asker interface {
	ask(ctx context.Context, c Call, said func(string)) (json.RawMessage, error)
}

// Call is one turn of a conversation.
type Call struct {
	Key   string // the idempotency key
	Alias string // ARN of a Lex V2 alias, or name:region:alias of a Lex V1 bot
	// Turn is a Turn in JSON.
	Turn json.RawMessage
}

// Turn is what a bot is asked: the body of RecognizeText, and what its path has. Without a text the conversation begins.
type Turn struct {
	SessionID         string            `json:"sessionId"`
	LocaleID          string            `json:"localeId"`
	Text              string            `json:"text,omitempty"`
	State             State             `json:"sessionState"`
	RequestAttributes map[string]string `json:"requestAttributes,omitempty"`
}

// New reads the targets, "ALIAS=lex:URL", "ALIAS=webhook:URL", "ALIAS=openai:URL#MODEL",
// "ALIAS=openai:FILE" or "ALIAS=keywords:FILE", and the files that they name.
func New(o Options) (*Bots, error) {
	b := &Bots{map[string]asker{}}
	for _, text := range o.Targets {
		alias, where, ok := strings.Cut(text, "=")
		kind, at, okKind := strings.Cut(where, ":")
		if !ok || !okKind || alias == "" || at == "" {
			return nil, fmt.Errorf("%.50q must be ALIAS=lex:URL, ALIAS=webhook:URL, ALIAS=openai:URL or FILE, or ALIAS=keywords:FILE", alias)
		}
		a, err := o.open(kind, at)
		if err != nil {
			return nil, fmt.Errorf("the bot %.100s: %w", alias, err)
		}
		b.byAlias[alias] = a
	}
	return b, nil
}

func (o Options) open(kind, at string) (asker, error) {
	switch kind {
	case "lex":
		return lex{o.Client, at, o.Keys}, o.Policy.Check(at)
	case "webhook":
		return webhook{o.Client, at, o.Secret}, o.Policy.Check(at)
	case "openai":
		return o.openModel(at)
	case "keywords":
		return readKeywords(at)
	}
	return nil, fmt.Errorf("it is of the kind %.20q; known are lex, webhook, openai and keywords", kind)
}

// Ask asks the bot of an alias. said, if not nil, hears texts as they are made: what it
// heard is the beginning of the only text of the answer.
func (b *Bots) Ask(ctx context.Context, c Call, said func(string)) (json.RawMessage, error) {
	for _, key := range keys(c.Alias) {
		if a, ok := b.byAlias[key]; ok {
			return a.ask(ctx, c, said)
		}
	}
	return nil, fault.New(fault.NotFound, "no bot %.100q is configured: see --bot", c.Alias)
}

// keys are the names under which an alias may be configured, the closest first: as
// the flow wrote it, BOT/ALIAS, BOT (or the name of a Lex V1 bot), and all bots.
func keys(alias string) []string {
	all := []string{alias}
	if n, ok := parseAlias(alias); ok {
		all = append(all, n.bot+"/"+n.alias, n.bot)
	} else if name, _, ok := strings.Cut(alias, ":"); ok && name != "arn" {
		all = append(all, name)
	}
	return append(all, "*")
}

// alias is an ARN of a bot's alias, taken apart.
type alias struct{ region, bot, alias string }

// parseAlias reads arn:aws:lex:REGION:ACCOUNT:bot-alias/BOT/ALIAS.
func parseAlias(text string) (a alias, ok bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "lex" {
		return a, false
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	a.region = parts[3]
	a.bot, a.alias, ok = strings.Cut(rest, "/")
	return a, ok && kind == "bot-alias"
}

// parse reads a turn.
func (c Call) parse() (t Turn, err error) {
	if err := json.Unmarshal(c.Turn, &t); err != nil {
		return t, fault.Wrap(fault.Rule, err, "the turn cannot be read")
	}
	return t, nil
}
