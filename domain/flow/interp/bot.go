package interp

import (
	"encoding/json"
	"maps"
	"strings"
	"time"
	"unicode/utf8"

	"parley/domain/flow"
)

// botTimeout is how long a bot may think about one message: what a Lambda
// function behind it may take (Amazon Lex: 30 seconds).
const botTimeout = 30 * time.Second

// Bounds of what bots leave in a run (our choice).
const (
	// MaxBotMessages is how many messages one answer of a bot may have (Amazon Lex sends five).
	MaxBotMessages = 10
	// MaxLexBytes bounds $.Lex, as JSON.
	MaxLexBytes = 65_536
	// MaxBotBytes bounds the session attributes that all bots of a run gave last.
	MaxBotBytes = 65_536
)

// connectBot lets the customer talk to a bot until the bot is done. Text is said
// first and the bot hears what the customer answers; InitialMessage is what the bot
// hears first. Prompts that are only sound are not heard on a chat.
func connectBot(m *machine, a *flow.Action) result {
	target := m.botTarget(a)
	if target == "" {
		return refuse("there is no bot")
	}
	if cause := m.botAttributes(a, target); cause != "" {
		return refuse(cause)
	}
	first, _ := m.text(a.Parameters.Field("LexInitializationData").Field("InitialMessage"))
	if first != "" {
		return m.botTurn(target, first)
	}
	if p, ok := m.prompt(a); ok {
		if cause := m.say(p); cause != "" {
			return refuse(cause)
		}
	}
	return m.botListens(a, target)
}

// botTarget names the bot of Lex V2 or V1.
func (m *machine) botTarget(a *flow.Action) string {
	if arn, ok := m.text(a.Parameters.Field("LexV2Bot").Field("AliasArn")); ok {
		return arn
	}
	old := a.Parameters.Field("LexBot")
	name, okName := m.text(old.Field("Name"))
	region, okRegion := m.text(old.Field("Region"))
	alias, okAlias := m.text(old.Field("Alias"))
	if !okName || !okRegion || !okAlias {
		return ""
	}
	return name + ":" + region + ":" + alias
}

// botAttributes begins with the session attributes that the bot gave last in
// this run, under those of the block.
func (m *machine) botAttributes(a *flow.Action, target string) string {
	set, cause := m.attributes(a.Parameters.Field("LexSessionAttributes").Fields(), plain)
	if cause != "" {
		return cause
	}
	var given map[string]string
	_ = json.Unmarshal(m.run.Bots[target], &given) // we wrote it; null where the bot gave none
	all := map[string]string{}
	maps.Copy(all, given)
	maps.Copy(all, set)
	return m.keepBot(target, all)
}

func (m *machine) keepBot(target string, attributes map[string]string) string {
	if size(attributes) > flow.MaxAttributeBytes {
		return "the session attributes are too large"
	}
	if attributes == nil { // a bot may give none; null is no object
		attributes = map[string]string{}
	}
	if m.run.Bots == nil {
		m.run.Bots = map[string]json.RawMessage{}
	}
	m.run.Bots[target] = encodeTexts(attributes)
	total := 0
	for name, raw := range m.run.Bots {
		total += len(name) + len(raw)
	}
	if total > MaxBotBytes {
		delete(m.run.Bots, target)
		return "the session attributes of the bots are too large together"
	}
	return ""
}

// botListens waits for the customer. Without a time limit it waits as long as a
// limit can be (our choice).
func (m *machine) botListens(a *flow.Action, target string) result {
	seconds, ok := m.integer(a.Parameters.Field("LexTimeoutSeconds").Field("Text"))
	if !ok || seconds < 1 || seconds > maxWait {
		seconds = maxWait
	}
	return stop(Outcome{Kind: Blocked, Until: m.after(seconds), Events: []string{customerInput}, bot: target})
}

// botTurn gives the bot what the customer said. All turns with a bot in one
// contact are one session of it.
func (m *machine) botTurn(target, text string) result {
	type state struct {
		SessionAttributes json.RawMessage `json:"sessionAttributes"`
	}
	contact, _ := m.world.Lookup(flow.Path{"ContactId"})
	language, _ := m.world.Lookup(flow.Path{"LanguageCode"})
	return m.callOut(Call{Kind: KindBot, Target: target, Timeout: botTimeout, Payload: m.encode(struct {
		SessionID         string            `json:"sessionId"`
		LocaleID          string            `json:"localeId"`
		Text              string            `json:"text"`
		SessionState      state             `json:"sessionState"`
		RequestAttributes map[string]string `json:"requestAttributes"`
	}{
		contact.String(), strings.ReplaceAll(language.String(), "-", "_"), text, state{m.run.Bots[target]},
		map[string]string{
			"x-amz-lex:channels:platform":    "Connect Chat",
			"x-amz-lex:accept-content-types": "PlainText,CustomPayload",
		},
	})})
}

// resumeBot is one turn: what the customer said, or what the bot answers.
func resumeBot(m *machine, a *flow.Action, in Input) (result, bool) {
	switch in := in.(type) {
	case Timer:
		return fail("InputTimeLimitExceeded", "the customer did not answer in time"), !m.now.Before(m.run.Wait.Until)
	case CustomerMessage:
		m.results = spoken(in)
		return m.botTurn(m.run.Wait.Bot, m.results), true
	case Result:
		return m.botAnswers(a, in), true
	}
	return result{}, false
}

// botAnswers says what the bot says, and goes on once the bot is done.
func (m *machine) botAnswers(a *flow.Action, in Result) result {
	var answer botAnswer
	if in.Err != "" {
		return refuse("the call failed: " + in.Err)
	}
	if len(in.Payload) > maxAnswer*2 || flow.TooDeep(in.Payload) || json.Unmarshal(in.Payload, &answer) != nil {
		return m.plainly("the bot's answer cannot be read")
	}
	lex := m.encode(answer.namespace())
	switch {
	case len(answer.Messages) > MaxBotMessages:
		return m.plainly("the bot's answer has too many messages")
	case len(lex) > MaxLexBytes:
		return m.plainly("the bot's answer is too large")
	}
	target := m.run.Call.Target
	if cause := m.keepBot(target, answer.State.SessionAttributes); cause != "" {
		return refuse(cause)
	}
	m.run.Lex = lex
	said := []string{}
	for _, message := range answer.Messages {
		if err := m.botSays(message); err != nil {
			return refuse("a message of the bot cannot be sent: " + err.Error())
		}
		said = append(said, message.Content)
	}
	m.results = strings.Join(said, "\n")
	if !answer.over() {
		return m.botListens(a, target)
	}
	return result{kind: produced, text: answer.State.Intent.Name, also: answer.sentiment()}
}

// botSays sends one message of the bot. A text beyond MaxText is cut (our choice).
func (m *machine) botSays(message botMessage) error {
	kind, content := message.chat()
	if content == "" {
		return nil
	}
	if kind == plainText && utf8.RuneCountInString(content) > MaxText {
		content = string([]rune(content)[:MaxText])
	}
	return m.world.SayBot(kind, content)
}

// spoken is what a bot hears of a message: its text, or of the answer to an
// interactive message the title of what was chosen, else the action (our choice).
func spoken(in CustomerMessage) string {
	if in.ContentType != interactiveResponse {
		return in.Content
	}
	v := flow.JSONValue(json.RawMessage(in.Content))
	for _, path := range []flow.Path{{"data", "content", "title"}, {"data", "title"}, {"data", "selectedTitle"}, {"data", "content"}, {"action"}} {
		if chosen, ok := v.At(path); ok && chosen.IsText() && strings.TrimSpace(chosen.String()) != "" {
			return chosen.String()
		}
	}
	return in.Content
}
