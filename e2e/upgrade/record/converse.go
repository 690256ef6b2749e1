package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"parley/e2e/upgrade/fixture"
)

// waitFlow waits for an hour, speaks, and waits for a week.
const waitFlow = `{"Version":"2019-10-30","StartAction":"hour","Metadata":{},"Actions":[
 {"Identifier":"hour","Type":"Wait","Parameters":{"TimeLimitSeconds":"3600"},"Transitions":{"NextAction":"say",
  "Conditions":[{"NextAction":"say","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}],"Errors":[{"NextAction":"end","ErrorType":"NoMatchingError"}]}},
 {"Identifier":"say","Type":"MessageParticipant","Parameters":{"Text":"` + fixture.AfterTheWait + `"},"Transitions":{"NextAction":"week",
  "Conditions":[],"Errors":[{"NextAction":"end","ErrorType":"NoMatchingError"}]}},
 {"Identifier":"week","Type":"Wait","Parameters":{"TimeLimitSeconds":"604800"},"Transitions":{"NextAction":"end",
  "Conditions":[{"NextAction":"end","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}],"Errors":[{"NextAction":"end","ErrorType":"NoMatchingError"}]}},
 {"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`

// talk is a conversation with a server, and what was acknowledged in it.
type talk struct {
	*server
	fixture.Record
	err error
}

// call makes a call that must succeed, and keeps it if it carries a client token.
func (t *talk) call(ctx context.Context, bearer, method, path string, body any, out any) {
	if t.err != nil {
		return
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.err = err
		return
	}
	c := fixture.Call{Bearer: bearer, Method: method, Path: path, Body: text}
	if c.Answer, t.err = c.Make(ctx, t.URL, t.signed); t.err != nil {
		return
	}
	if strings.Contains(string(text), `"ClientToken"`) {
		t.Calls = append(t.Calls, c)
	}
	if out != nil {
		t.err = json.Unmarshal(c.Answer, out)
	}
}

type object = map[string]any

// start starts a chat.
func (t *talk) start(ctx context.Context, name string, more object) fixture.Chat {
	in := object{
		"InstanceId": t.Record.InstanceID, "ContactFlowId": t.Record.FlowID, "ClientToken": "start " + name,
		"ParticipantDetails": object{"DisplayName": "Žofie 😀"}, "Attributes": map[string]string{"tier": "gold", "name": name},
	}
	for key, value := range more {
		in[key] = value
	}
	var out struct{ ContactId, ParticipantToken string }
	t.call(ctx, "", "PUT", "/contact/chat", in, &out)
	return fixture.Chat{Name: name, ContactID: out.ContactId, Token: out.ParticipantToken, Attributes: map[string]string{"tier": "gold", "name": name}}
}

// connect connects a participant and returns its connection token.
func (t *talk) connect(ctx context.Context, token string) string {
	var out struct {
		ConnectionCredentials struct{ ConnectionToken string }
	}
	t.call(ctx, token, "POST", "/participant/connection", object{"Type": []string{"CONNECTION_CREDENTIALS"}, "ConnectParticipant": true}, &out)
	return out.ConnectionCredentials.ConnectionToken
}

// say sends a message and returns its id.
func (t *talk) say(ctx context.Context, connection, text string) string {
	var out struct{ Id string }
	t.call(ctx, connection, "POST", "/participant/message", object{"ContentType": "text/plain", "Content": text, "ClientToken": "say " + text}, &out)
	return out.Id
}

// keep keeps a chat as it stands.
func (t *talk) keep(ctx context.Context, c fixture.Chat) {
	if t.err == nil && c.Connection != "" && c.Name != fixture.Over {
		c.Items, t.err = fixture.Items(ctx, t.URL, c.Connection)
	}
	t.Chats = append(t.Chats, c)
}

// converse does everything that a fixture holds.
func (s *server) converse(ctx context.Context, version string) (fixture.Record, error) {
	t := &talk{server: s, Record: fixture.Record{
		Version: version, Region: s.Region, InstanceID: s.Ready.InstanceID, AccessKeyID: s.Ready.AccessKeyID, SecretAccessKey: s.Ready.SecretAccessKey,
	}}
	t.configure(ctx)
	t.talking(ctx)
	for name, more := range map[string]object{
		fixture.Waiting: nil, fixture.Short: {"ChatDurationInMinutes": 60, "InitialMessage": object{"ContentType": "text/plain", "Content": "first"}},
	} {
		c := t.start(ctx, name, more)
		c.Connection = t.connect(ctx, c.Token)
		t.keep(ctx, c)
	}
	t.keep(ctx, t.start(ctx, fixture.Unconnected, nil))
	t.continued(ctx)
	if t.err == nil {
		t.Until, t.err = s.now(ctx)
	}
	return t.Record, t.err
}

// configure makes a flow and a key that may do one thing only.
func (t *talk) configure(ctx context.Context) {
	var flow struct{ ContactFlowId string }
	t.call(ctx, "", "PUT", "/contact-flows/"+t.Record.InstanceID, object{"Name": "Wait an hour", "Type": "CONTACT_FLOW", "Content": waitFlow}, &flow)
	t.FlowID = flow.ContactFlowId
	var key struct {
		ID     string `json:"access_key_id"`
		Secret string `json:"secret_access_key"`
	}
	t.call(ctx, "", "POST", "/parley/keys", object{"operations": []string{"DescribeContact"}, "note": "limited"}, &key)
	t.LimitedID, t.LimitedSecret = key.ID, key.Secret
}

// talking is a chat of a customer and a bot.
func (t *talk) talking(ctx context.Context) {
	c := t.start(ctx, fixture.Talking, nil)
	c.Connection = t.connect(ctx, c.Token)
	var bot struct {
		ParticipantCredentials struct{ ParticipantToken string }
	}
	t.call(ctx, "", "POST", "/contact/create-participant", object{
		"InstanceId": t.Record.InstanceID, "ContactId": c.ContactID, "ClientToken": "bot",
		"ParticipantDetails": object{"ParticipantRole": "CUSTOM_BOT", "DisplayName": "Bot"},
	}, &bot)
	other := t.connect(ctx, bot.ParticipantCredentials.ParticipantToken)
	for n := range 10 {
		t.say(ctx, c.Connection, fmt.Sprint("question ", n, " \u202e\u00e9\U0001f469\u200d\U0001f680\n\t\"'<>"))
		answer := t.say(ctx, other, fmt.Sprint("answer ", n))
		t.call(ctx, c.Connection, "POST", "/participant/event", object{
			"ContentType": "application/vnd.amazonaws.connect.event.message.read", "Content": `{"messageId":"` + answer + `"}`,
		}, nil)
	}
	t.call(ctx, "", "POST", "/contact/attributes", object{
		"InstanceId": t.Record.InstanceID, "InitialContactId": c.ContactID, "Attributes": map[string]string{"tier": "silver"},
	}, nil)
	c.Attributes["tier"] = "silver"
	t.keep(ctx, c)
}

// continued is a chat that has ended and one that goes on from it.
func (t *talk) continued(ctx context.Context) {
	over := t.start(ctx, fixture.Over, nil)
	over.Connection = t.connect(ctx, over.Token)
	// Without a client token: nothing but the disconnect is answered again after the end.
	t.call(ctx, over.Connection, "POST", "/participant/message", object{"ContentType": "text/plain", "Content": "before the end"}, nil)
	t.call(ctx, over.Connection, "POST", "/participant/disconnect", object{"ClientToken": "bye"}, nil)
	t.keep(ctx, over)
	next := t.start(ctx, fixture.Continued, object{"PersistentChat": object{"RehydrationType": "ENTIRE_PAST_SESSION", "SourceContactId": over.ContactID}})
	next.Connection = t.connect(ctx, next.Token)
	t.say(ctx, next.Connection, "after the end")
	t.keep(ctx, next)
}
