package security_test

import (
	"strings"
	"testing"

	"parley/api"
	"parley/api/connect"
	"parley/api/participant"
	"parley/e2e/harness"
)

// malformed are bodies that no operation can read.
func malformed() map[string]string {
	return map[string]string{
		"depth bomb":          `{"x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`,
		"open depth bomb":     strings.Repeat(`{"x":`, 10_000),
		"depth without a key": strings.Repeat("[", 100_000),
		"invalid UTF-8":       "{\"x\":\"\xff\"}",
		"overlong UTF-8":      "{\"x\":\"\xc0\xaf\"}",
		"UTF-8 of surrogates": "{\"x\":\"\xed\xa0\x80\"}",
		"lone surrogate":      `{"x":"\ud800"}`,
		"swapped surrogates":  `{"x":"\udc00\ud800"}`,
		"byte order mark":     "\ufeff{}",
		"UTF-16":              "\xfe\xff\x00{\x00}",
		"trailing bytes":      `{} {}`,
		"trailing comma":      `{"x":1,}`,
		"a comment":           `{} // done`,
		"single quotes":       `{'x':1}`,
		"NaN":                 `{"x":NaN}`,
		"Infinity":            `{"x":-Infinity}`,
		"hexadecimal":         `{"x":0x10}`,
		"leading zero":        `{"x":01}`,
		"control character":   "{\"x\":\"a\nb\"}",
		"bad escape":          `{"x":"\x41"}`,
		"cut off":             `{"x":"`,
		"a list":              `[]`,
		"a string":            `"x"`,
		"null":                `null`,
		"XML":                 `<x/>`,
		"a form":              `a=b&c=d`,
		"ten megabytes":       `{"x":"` + strings.Repeat("a", 10<<20) + `"}`,
	}
}

// odd are bodies that can be read: they must do no harm.
func odd() map[string]string {
	return map[string]string{
		"empty":               ``,
		"white space":         " \r\n\t{ } ",
		"unknown members":     `{"__proto__":{"x":1},"constructor":null,"X":[1,2,{"y":[]}]}`,
		"duplicates":          `{"x":1,"x":2,"\u0078":3}`,
		"huge numbers":        `{"x":1e999999,"y":-` + strings.Repeat("9", 10_000) + `,"z":0.` + strings.Repeat("0", 10_000) + `1}`,
		"many unknown":        `{` + strings.Repeat(`"x":1,`, 20_000) + `"y":1}`,
		"every character":     `{"x":"\u0000\u001f\u2028\ufeff\uffff\ud83d\ude00"}`,
		"names that are long": `{"` + strings.Repeat("x", 100_000) + `":1}`,
	}
}

// TestBodies (C6): every operation that is built and reads a body, against
// every body.
func TestBodies(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	quiet := s.Quiet()
	chat := s.Join(quiet)
	tried := 0
	for _, op := range connect.Operations() {
		path := filled(op.Info, s.InstanceID, chat.ContactID)
		if op.Method == "GET" || op.Method == "DELETE" || s.Signed(op.Method, path, "{").Status == 501 {
			continue
		}
		tried++
		tryBodies(t, op.Name, func(body string) harness.Response { return s.Signed(op.Method, path, body) })
	}
	for _, op := range participant.Operations() {
		token := s.Join(quiet).ConnectionToken // DisconnectParticipant spends its chat
		if op.Name == "CreateParticipantConnection" {
			token = chat.ParticipantToken
		}
		if op.Method == "GET" || s.Bearer(token, op.Path, "{").Status == 501 {
			continue
		}
		tried++
		tryBodies(t, op.Name, func(body string) harness.Response { return s.Bearer(token, op.Path, body) })
	}
	if tried < 15 {
		t.Errorf("only %d operations were tried", tried)
	}
	chat.Send("still here")
}

// filled puts ids into the path's parameters.
func filled(op api.Info, instance, contact string) string {
	path := strings.ReplaceAll(op.Path, "{InstanceId}", instance)
	for strings.Contains(path, "{") {
		open, end := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:open] + contact + path[end+1:]
	}
	return path
}

func tryBodies(t *testing.T, operation string, send func(body string) harness.Response) {
	t.Helper()
	for name, body := range malformed() {
		answer := send(body)
		if answer.Status != 400 || answer.Error() != "SerializationException" {
			t.Errorf("%s, %s: %d %s, want 400 SerializationException: %.200s", operation, name, answer.Status, answer.Error(), answer.Body)
		}
	}
	for name, body := range odd() {
		if answer := send(body); answer.Status >= 500 || answer.Status >= 300 && answer.Error() == "" {
			t.Errorf("%s, %s: %d %s, want an answer or a refusal: %.200s", operation, name, answer.Status, answer.Error(), answer.Body)
		}
	}
}

// TestMembers (C6): members that are there, in the wrong way.
func TestMembers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	start := func(more string) harness.Response {
		return s.Signed("PUT", "/contact/chat", `{"InstanceId":"`+s.InstanceID+`","ContactFlowId":"`+s.ContactFlowID+`","ParticipantDetails":{"DisplayName":"x"}`+more+`}`)
	}
	for _, more := range []string{
		`,"SupportedMessagingContentTypes":[null]`, `,"SupportedMessagingContentTypes":["text/plain",null]`, `,"Attributes":{"a":null}`,
		`,"Attributes":[]`, `,"Attributes":{"a":1}`, `,"ParticipantDetails":"x"`, `,"ParticipantDetails":[]`, `,"ClientToken":1`, `,"ClientToken":{}`,
		`,"ChatDurationInMinutes":"60"`, `,"ChatDurationInMinutes":60.5`, `,"ChatDurationInMinutes":1e2`, `,"ChatDurationInMinutes":99999999999`,
		`,"ChatDurationInMinutes":9223372036854775808`, `,"ChatDurationInMinutes":-1e99`, `,"ChatDurationInMinutes":true`,
		`,"InitialMessage":[]`, `,"SegmentAttributes":{"a":null}`, `,"PersistentChat":""`,
		`,"Attributes":{` + strings.Repeat(`"a":"",`, 60_000) + `"b":""}`,
	} {
		start(more).Want(t, 400, "SerializationException")
	}
	for _, more := range []string{
		`,"ChatDurationInMinutes":0`, `,"ChatDurationInMinutes":-2147483648`, `,"ClientToken":"` + strings.Repeat("x", 501) + `"`,
		`,"Attributes":{"a":"\u0000"}`, `,"ParticipantDetails":{"DisplayName":""}`, `,"ParticipantDetails":{}`, `,"SupportedMessagingContentTypes":[]`,
	} {
		start(more).Want(t, 400, "InvalidParameterException")
	}
	start(`,"ClientToken":null,"Attributes":null,"InitialMessage":null,"ParticipantDetails":{"DisplayName":"last wins"}`).Want(t, 200, "")
	for body, name := range map[string]string{
		`{"Type":[null]}`: "SerializationException", `{"Type":"WEBSOCKET"}`: "SerializationException", `{"Type":[["WEBSOCKET"]]}`: "SerializationException",
		`{"ConnectParticipant":"true"}`: "SerializationException", `{"Type":["websocket"]}`: "ValidationException",
	} {
		s.Bearer(chat.ParticipantToken, "/participant/connection", body).Want(t, 400, name)
	}
	for body, name := range map[string]string{
		`{"MaxResults":1e1}`: "SerializationException", `{"MaxResults":101}`: "ValidationException", `{"MaxResults":-1}`: "ValidationException",
		`{"StartPosition":{"AbsoluteTime":"yesterday"}}`: "ValidationException", `{"StartPosition":{"AbsoluteTime":1}}`: "SerializationException",
		`{"StartPosition":{"MostRecent":2147483648}}`: "SerializationException", `{"NextToken":["x"]}`: "SerializationException",
	} {
		s.Bearer(chat.ConnectionToken, "/participant/transcript", body).Want(t, 400, name)
	}
}

// TestContentTypes (C6): the body is JSON whatever the caller calls it; a name
// for it changes nothing, and gives no page a way around the preflight.
func TestContentTypes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "\t"} {
		headers := map[string]string{"Content-Type": kind}
		s.BearerWith(chat.ConnectionToken, "/participant/transcript", "{}", headers).Want(t, 200, "")
		s.BearerWith(chat.ConnectionToken, "/participant/transcript", "--x\r\n\r\n{}", headers).Want(t, 400, "SerializationException")
		s.BearerWith("", "/participant/transcript", "{}", headers).Want(t, 403, "AccessDeniedException")
	}
	s.BearerWith(chat.ConnectionToken, "/participant/transcript", "{}", map[string]string{"Content-Encoding": "gzip"}).Want(t, 200, "")
}

// TestSizes (C7): the limits to the byte and to the character, in text that
// takes more than a byte for each.
func TestSizes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	start := func(attributes map[string]string) harness.Response {
		return s.Signed("PUT", "/contact/chat", map[string]any{
			"InstanceId": s.InstanceID, "ContactFlowId": s.ContactFlowID, "ParticipantDetails": map[string]string{"DisplayName": "x"}, "Attributes": attributes,
		})
	}
	full := map[string]string{"k": strings.Repeat("é", (32_768-2)/2) + "a"} // a key of one byte, and 32,767 of value
	start(full).Want(t, 200, "")
	full["k"] += "b"
	start(full).Want(t, 400, "InvalidParameterException")
	many := map[string]string{}
	for i := range 10_000 {
		many[strings.Repeat("k", 1+i%3)+string(rune('a'+i%26))+strings.Repeat("x", i/78)] = ""
	}
	start(many).Want(t, 400, "InvalidParameterException")
	chat := s.Join(s.Quiet())
	say := func(content string) harness.Response {
		return s.Bearer(chat.ConnectionToken, "/participant/message", map[string]string{"ContentType": "text/plain", "Content": content})
	}
	say(strings.Repeat("😀", 1024)).Want(t, 200, "")
	say(strings.Repeat("😀", 1025)).Want(t, 400, "ValidationException")
	say("").Want(t, 400, "ValidationException")
	say("a\x00b").Want(t, 400, "ValidationException")
	if items := transcript(t, s, chat.ConnectionToken, "MESSAGE"); len(items) != 1 {
		t.Errorf("the transcript holds %d messages, want the one that was accepted", len(items))
	}
}
