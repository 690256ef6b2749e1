package chat_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// sized returns attributes of exactly n UTF-8 bytes, keys and values together,
// in text of two bytes a character; no value is longer than its own limit.
func sized(n int) map[string]string {
	first := strings.Repeat("é", 8000) // 16,000 bytes and one for the key
	rest := n - 16001 - 1
	return map[string]string{"a": first, "b": strings.Repeat("é", rest/2) + strings.Repeat("x", rest%2)}
}

func attributes(values map[string]string) harness.Change {
	return func(in *connect.StartChatContactInput) { in.Attributes = values }
}

func TestAttributesOf32768Bytes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	if _, err := s.TryStart(attributes(sized(32768))); err != nil {
		t.Errorf("32,768 bytes: %v", err)
	}
	_, err := s.TryStart(attributes(sized(32769)))
	harness.WantRefusal(t, err, 400, "InvalidParameterException")
}

func TestAttributesStayWithinTheLimitWhenUpdated(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(attributes(sized(32700)))
	if err := update(s, chat, map[string]string{"c": strings.Repeat("é", 33) + "x"}); err != nil {
		t.Fatalf("32,768 bytes in all: %v", err)
	}
	if got := harness.RefusalOf(update(s, chat, map[string]string{"d": ""})); got.Status != 400 {
		t.Errorf("32,769 bytes in all: %v, want 400", got)
	}
	want := sized(32700)
	want["c"] = strings.Repeat("é", 33) + "x"
	if diff := cmp.Diff(want, stored(t, s, chat)); diff != "" {
		t.Errorf("attributes after a refused update (-want +got):\n%s", diff)
	}
}

func update(s *harness.Server, chat *harness.Chat, values map[string]string) error {
	_, err := s.Connect().UpdateContactAttributes(ctx(), &connect.UpdateContactAttributesInput{
		InstanceId: aws.String(s.InstanceID), InitialContactId: aws.String(chat.ContactID), Attributes: values,
	})
	return err
}

func stored(t *testing.T, s *harness.Server, chat *harness.Chat) map[string]string {
	t.Helper()
	out, err := s.Connect().GetContactAttributes(ctx(), &connect.GetContactAttributesInput{
		InstanceId: aws.String(s.InstanceID), InitialContactId: aws.String(chat.ContactID),
	})
	if err != nil {
		t.Fatalf("GetContactAttributes: %v", err)
	}
	return out.Attributes
}

func TestFlowTakesTheErrorBranchBeyondTheLimit(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Set one more",
		harness.Set(map[string]string{"z": "12"}, "full"), // three bytes
		harness.Say("it fits").Then("hold"),
		harness.Say("it does not fit").Named("full"),
		harness.Wait(harness.Week).Named("hold"))
	for text, size := range map[string]int{"it fits": 32765, "it does not fit": 32766} {
		chat := s.Join(harness.WithFlow(flow), attributes(sized(size)))
		chat.Socket.AwaitText(text)
		if _, set := stored(t, s, chat)["z"]; set != (text == "it fits") {
			t.Errorf("%s, and z is set: %v", text, set)
		}
	}
}

func TestAttributeKeys(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat()
	for _, key := range []string{"a b", "é", "a.b", "", "a$", "a:b"} {
		_, err := s.TryStart(attributes(map[string]string{key: "x"}))
		harness.WantRefusal(t, err, 400, "InvalidParameterException")
		harness.WantRefusal(t, update(s, chat, map[string]string{key: "x"}), 400, "InvalidParameterException")
	}
	good := map[string]string{"AZaz09_-": "x", "empty": ""}
	if diff := cmp.Diff(good, stored(t, s, s.StartChat(attributes(good)))); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	for _, value := range []string{`1`, `true`, `null`, `["x"]`, `{"a":"b"}`} {
		body := `{"InstanceId":"` + s.InstanceID + `","ContactFlowId":"` + s.ContactFlowID +
			`","ParticipantDetails":{"DisplayName":"C"},"Attributes":{"k":` + value + `}}`
		if got := s.Signed("PUT", "/contact/chat", body); got.Status != 400 {
			t.Errorf("the attribute %s is answered with %d, want 400", value, got.Status)
		}
	}
}

func TestFlowReadsAttributes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Tiers",
		harness.Compare("$.Attributes.tier", map[string]string{"gold": "gold"}),
		harness.Say("Not gold: $.Attributes.tier.").Then("hold"),
		harness.Say("Gold: $.Attributes.tier, $.Attributes.missing!").Named("gold"),
		harness.Set(map[string]string{"seen": "by $.Attributes.tier", "seen by flow": "yes"}, "").Named("set"),
		harness.Say("$.Attributes.seen: $.Attributes.['seen by flow']"),
		harness.Wait(harness.Week).Named("hold"))
	gold := s.Join(harness.WithFlow(flow), attributes(map[string]string{"tier": "gold"}))
	gold.Socket.AwaitText("Gold: gold, !")
	gold.Socket.AwaitText("by gold: yes")
	want := map[string]string{"tier": "gold", "seen": "by gold", "seen by flow": "yes"}
	if diff := cmp.Diff(want, stored(t, s, gold)); diff != "" {
		t.Errorf("attributes that the flow set (-want +got):\n%s", diff)
	}
	other := s.Join(harness.WithFlow(flow), attributes(map[string]string{"tier": "Gold"}))
	other.Socket.AwaitText("Not gold: Gold.")
}

func TestAttributesCanBeUpdatedAfterTheEnd(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(attributes(map[string]string{"a": "1", "b": "2"}))
	if err := chat.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := update(s, chat, map[string]string{"b": "3", "c": "4"}); err != nil {
		t.Fatalf("UpdateContactAttributes: %v", err)
	}
	want := map[string]string{"a": "1", "b": "3", "c": "4"}
	if diff := cmp.Diff(want, stored(t, s, chat)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}
