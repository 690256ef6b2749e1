package flowtest

import (
	"encoding/json"
	"time"

	"parley/domain/transcript"
)

// actForms are what happens in a chat.
func actForms() []form {
	return []form{
		{words: "customer", value: needsValue, act: does(func(p *player, a args) error { return p.chat.Say(transcript.Plain, a.value) })},
		{words: "customer sends TYPE", value: needsValue, act: customerSends},
		{words: "customer picks ACTION", value: optionalValue, act: customerPicks},
		{words: "customer leaves", act: does(func(p *player, _ args) error { return p.chat.Leave() })},
		{words: "customer connects", act: does(func(p *player, _ args) error { return p.chat.Connect() })},
		{words: "participant joins", value: needsValue, act: does(func(p *player, a args) error { return p.chat.BotJoins(a.value) })},
		{words: "participant", value: needsValue, act: does(func(p *player, a args) error { return p.chat.BotSays(transcript.Plain, a.value) })},
		{words: "participant leaves", act: does(func(p *player, _ args) error { return p.chat.BotLeaves() })},
		{words: "chat is stopped", act: does(func(p *player, _ args) error { return p.chat.Stop() })},
		{words: "wait", value: needsValue, act: wait},
	}
}

// does is an act: what the flow said before must have been read.
func does(act func(*player, args) error) func(args) (func(*player) error, error) {
	return func(a args) (func(*player) error, error) {
		return func(p *player) error {
			if err := p.allRead(); err != nil {
				return err
			}
			return act(p, a)
		}, nil
	}
}

func customerSends(a args) (func(*player) error, error) {
	types, err := contentTypes(a.names[0])
	if err != nil {
		return nil, err
	}
	return does(func(p *player, a args) error { return p.chat.Say(types[0], a.value) })(a)
}

// customerPicks answers a view: the action, and the data of its form.
func customerPicks(a args) (func(*player) error, error) {
	data, err := object(a.value)
	if err != nil {
		return nil, err
	}
	answer := picked(a.names[0], data)
	return does(func(p *player, _ args) error { return p.chat.Say(transcript.InteractiveResponse, answer) })(a)
}

// picked is the answer to a view.
func picked(action string, data json.RawMessage) string {
	answer, _ := json.Marshal(map[string]any{ // what was JSON always encodes
		"templateType": "ViewResource", "version": "1.0", "action": action, "data": data,
	})
	return string(answer)
}

func wait(a args) (func(*player) error, error) {
	d, err := duration(a.value)
	if err != nil {
		return nil, err
	}
	return does(func(p *player, _ args) error { return p.chat.Advance(d) })(a)
}

// answerForms say what comes of calls to the outside.
func answerForms() []form {
	return []form{
		{words: "lambda NAME answers", value: needsValue, act: answers("lambda", lambdaAnswer), answer: true},
		{words: "lambda NAME answers after N UNIT", value: needsValue, act: answers("lambda", lambdaAnswer), answer: true},
		{words: "lambda NAME fails", value: optionalValue, act: answers("lambda", failure), answer: true},
		{words: "lambda NAME times out", act: answers("lambda", never), answer: true},
		{words: "bot NAME answers", value: needsValue, act: answers("bot", botAnswer), answer: true},
		{words: "bot NAME says", value: needsValue, act: answers("bot", botSays), answer: true},
		{words: "bot NAME finds INTENT", value: optionalValue, act: answers("bot", botFinds), answer: true},
		{words: "bot NAME fails", value: optionalValue, act: answers("bot", failure), answer: true},
		{words: "bot NAME times out", act: answers("bot", never), answer: true},
	}
}

// answers reads an answer and gives it to the player for the next call.
func answers(kind string, read func(args) (reply, error)) func(args) (func(*player) error, error) {
	return func(a args) (func(*player) error, error) {
		r, err := read(a)
		if err == nil && len(a.names) == 3 {
			var after time.Duration
			after, err = duration(a.names[1] + " " + a.names[2])
			r.After = after
		}
		return func(p *player) error { p.answers.add(kind, a.names[0], r); return nil }, err
	}
}
