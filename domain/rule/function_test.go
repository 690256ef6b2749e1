package rule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/domain/rule"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// function writes a function of one AND over conditions.
func function(conditions ...string) string {
	return `{"Version":"2022-11-25","RuleFunction":{"Operator":"AND","Operands":[` + strings.Join(conditions, ",") + `]}}`
}

func condition(operator, value, operands string, more ...string) string {
	return fmt.Sprintf(`{"Operator":%q,"Operands":[%s],"ComparisonValue":"$.ContactLens.PostChat.%s"%s}`, operator, operands, value, strings.Join(more, ""))
}

func said(operands string, more ...string) string {
	return condition("CONTAINS_ANY", "ExactMatch.Transcript", operands, more...)
}

func filtered(filters string) string {
	return `,"FilterClause":{"LogicOperator":"AND","Filters":[` + filters + `]}`
}

const negated = `,"Negate":true`

// facts are a contact of a minute, which a customer opened and an agent answered after half of it.
func facts() *rule.Facts {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	tier := "gold"
	say := func(second int, role transcript.Role, text string) transcript.Item {
		return transcript.Item{
			Type: transcript.Message, ContentType: "text/plain", Content: text, Time: at.Add(time.Duration(second) * time.Second), Author: transcript.Author{Role: role},
		}
	}
	hidden := say(50, transcript.Customer, "secret")
	hidden.Visibility = transcript.AuthorOnly
	return &rule.Facts{
		Attributes: map[string]string{"topic": "orders"},
		Contact: &session.Contact{
			QueueID: "q1", InitiationMethod: "API", DisconnectReason: "CUSTOMER_DISCONNECT", InitiatedAt: at, DisconnectedAt: at.Add(time.Minute),
			Agent: &session.AgentInfo{UserID: "u1"}, SegmentAttributes: map[string]session.Value{"tier": {String: &tier}},
		},
		Items: []transcript.Item{
			say(1, transcript.Customer, "I want my money BACK, please: a full Refund!"), say(30, transcript.Agent, "I don't think so. 我要退款"),
			say(40, transcript.System, "robot"), hidden,
		},
	}
}

func TestMatches(t *testing.T) {
	for text, want := range map[string]bool{
		function(said(`"refund"`)):                   true,
		function(said(`"Money back"`)):               true,
		function(said(`"back money"`)):               false,
		function(said(`"ref"`)):                      false, // no part of a word
		function(said(`"nothing","full refund"`)):    true,
		function(said(`"dont think"`)):               true,
		function(said(`"退款"`)):                       true,
		function(said(`"款退"`)):                       false,
		function(said(`"robot"`)):                    false, // neither customer nor agent
		function(said(`"secret"`)):                   false, // nobody else has seen it
		function(said(`"refund"`, negated)):          false,
		function(said(`"parrot"`, negated)):          true,
		function(said(`"refund"`), said(`"parrot"`)): false,
		function(said(`"refund"`), said(`"think"`)):  true, // in different messages
		function(said(`"refund"`, filtered(`{"Type":"ParticipantRole","Data":"AGENT"}`))):                                                               false,
		function(said(`"refund"`, filtered(`{"Type":"ParticipantRole","Data":"CUSTOMER"}`))):                                                            true,
		function(said(`"refund"`, filtered(`{"Type":"ParticipantRole","Data":"ANY"}`))):                                                                 true,
		function(said(`"think"`, filtered(`{"Type":"PostChatContactPeriodSeconds","Data":{"First":10}}`))):                                              false,
		function(said(`"refund"`, filtered(`{"Type":"PostChatContactPeriodSeconds","Data":{"First":10}}`))):                                             true,
		function(said(`"think"`, filtered(`{"Type":"PostChatContactPeriodSeconds","Data":{"Last":30}}`))):                                               true,
		function(said(`"refund"`, filtered(`{"Type":"PostChatContactPeriodSeconds","Data":{"Last":30}},{"Type":"ParticipantRole","Data":"CUSTOMER"}`))): false,
		function(condition("CONTAINS_ANY", "Agent.AgentId", `"u2","u1"`)):                                                                               true,
		function(condition("CONTAINS_ANY", "Agent.AgentId", `"arn:aws:connect:us-east-1:123456789012:instance/i/agent/u1"`)):                            true,
		function(condition("CONTAINS_ANY", "Agent.AgentId", `"u2"`)):                                                                                    false,
		function(condition("CONTAINS_ANY", "Queue.QueueId", `"q1"`)):                                                                                    true,
		function(condition("CONTAINS_ANY", "Queue.QueueId", `"q1"`, negated)):                                                                           false,
		function(condition("EQUALS", "Queue.QueueId", ``)):                                                                                              false,
		function(condition("EQUALS", "ContactAttribute.topic", `"orders"`)):                                                                             true,
		function(condition("EQUALS", "ContactAttribute.topic", `"Orders"`)):                                                                             false,
		function(condition("EQUALS", "ContactAttribute.other", `"orders"`)):                                                                             false,
		function(condition("EQUALS", "ContactAttribute.other", `"orders"`, negated)):                                                                    true,
		function(condition("CONTAINS_ANY", "SegmentAttributes.UserDefined.tier", `"silver","gold"`)):                                                    true,
		function(condition("CONTAINS_ANY", "InitiationMethod", `"TRANSFER"`)):                                                                           false,
		function(condition("CONTAINS_ANY", "DisconnectReason", `"CUSTOMER_DISCONNECT"`)):                                                                true,
		function(`{"Operator":"OR","Operands":[` + said(`"parrot"`) + `,` + said(`"refund"`) + `]}`):                                                    true,
		function(`{"Operator":"OR","Negate":true,"Operands":[` + said(`"parrot"`) + `,` + said(`"refund"`) + `]}`):                                      false,
		function(`{"Operator":"OR","Operands":[`+said(`"parrot"`)+`,`+said(`"pigeon"`)+`]}`, said(`"refund"`)):                                          false,
	} {
		f, err := rule.Parse(rule.PostChat, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := f.Matches(facts()); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	if (rule.Function{}).Matches(facts()) {
		t.Error("the zero Function matches")
	}
}

func TestNoAgentAndNoQueue(t *testing.T) {
	f := facts()
	f.Contact.Agent, f.Contact.QueueID = nil, ""
	for text, want := range map[string]bool{
		function(condition("CONTAINS_ANY", "Agent.AgentId", `"u1"`)): false,
		function(condition("EQUALS", "Queue.QueueId", ``)):           true,
	} {
		parsed, err := rule.Parse(rule.PostChat, text)
		if err != nil || parsed.Matches(f) != want {
			t.Errorf("%s: %v, %v, want %v", text, parsed.Matches(f), err, want)
		}
	}
}

// What could not be evaluated is refused with the name of what is not known.
func TestParseRefuses(t *testing.T) {
	many := strings.Repeat(said(`"x"`)+",", 20) + said(`"x"`)
	deep := said(`"x"`)
	for range 6 {
		deep = `{"Operator":"OR","Operands":[` + deep + `]}`
	}
	for text, names := range map[string]string{
		``:   "JSON",
		`{}`: "2022-11-25",
		`{"Version":"2022-11-25","RuleFunction":` + said(`"x"`) + `}`:                                                                 "AND or OR",
		`{"Version":"2022-11-25","RuleFunction":{"Operator":"AND","Operands":[]}}`:                                                    "AND",
		function(`{"Operator":"CONTAINS_ANY","Operands":["x"],"ComparisonValue":"$.ContactLens.RealTimeChat.ExactMatch.Transcript"}`): "PostChat",
		function(`{"Operator":"CONTAINS_ANY","Operand":["x"]}`):                                                                       "AND",
		function(condition("CONTAINS_ANY", "SemanticMatch.Transcript", `"x"`)):                                                        "SemanticMatch",
		function(condition("EQUALS", "Sentiment.State", `"POSITIVE"`)):                                                                "Sentiment.State",
		function(condition("CONTAINS_ANY", "Agent.RoutingProfile", `"x"`)):                                                            "RoutingProfile",
		function(condition("EQUALS", "ExactMatch.Transcript", `"x"`)):                                                                 "CONTAINS_ANY",
		function(condition("EQUALS", "ContactAttribute.", `"x"`)):                                                                     "ContactAttribute",
		function(condition("EQUALS", "ContactAttribute.a", `"x","y"`)):                                                                "one operand",
		function(condition("EQUALS", "Queue.QueueId", `"q1"`)):                                                                        "no Operands",
		function(condition("CONTAINS_ANY", "Queue.QueueId", ``)):                                                                      "1 to 100",
		function(said(`7`)):    "texts",
		function(said(`"?!"`)): "letters",
		function(said(`"x"`, filtered(`{"Type":"Mood","Data":"x"}`))):                        "Mood",
		function(said(`"x"`, filtered(`{"Type":"ParticipantRole","Data":"BOT"}`))):           "CUSTOMER",
		function(said(`"x"`, filtered(`{"Type":"PostChatContactPeriodSeconds","Data":{}}`))): "First or Last",
		function(said(`"x"`, `,"FilterClause":{"LogicOperator":"OR","Filters":[]}`)):         "AND",
		function(condition("CONTAINS_ANY", "Agent.AgentId", `"x"`, filtered(``))):            "FilterClause",
		function(many): "20",
		function(deep): "deep",
	} {
		_, err := rule.Parse(rule.PostChat, text)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), names) {
			t.Errorf("%.200s: %v, want a refusal that names %q", text, err, names)
		}
	}
	live := strings.ReplaceAll(function(condition("CONTAINS_ANY", "DisconnectReason", `"API"`)), "PostChat", "RealTimeChat")
	if _, err := rule.Parse(rule.LiveChat, live); !fault.Is(err, fault.Invalid) {
		t.Errorf("a reason to end, while the chat goes on: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(function(said(`"refund"`, filtered(`{"Type":"ParticipantRole","Data":"ANY"}`)), condition("EQUALS", "Queue.QueueId", ``)))
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := rule.Parse(rule.PostChat, text)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%v is no refusal", err)
		}
		parsed.Matches(facts())
		parsed.Named()
	})
}
