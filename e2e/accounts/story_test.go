package accounts_test

import (
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestTheStoryOfAContactByTheAPI: who may read the audit log may ask why something was refused, in the own instance.
func TestTheStoryOfAContactByTheAPI(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat()
	_, err := s.TryStart(harness.WithFlow("00000000-0000-4000-8000-000000000000"))
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	boss := admin(t, s)
	if told := string(boss.want(200, "GET", "/api/contacts/"+chat.ContactID+"/story", nil).body); !strings.Contains(told, "CUSTOMER_CONNECTION_NOT_ESTABLISHED") || !strings.Contains(told, "StartChatContact was answered") {
		t.Errorf("the story is %s", told)
	}
	if told := string(boss.want(200, "GET", "/api/refusals", nil).body); strings.Count(told, "StartChatContact was refused with 404") != 1 {
		t.Errorf("the refusals are %s", told)
	}
	boss.want(404, "GET", "/api/contacts/00000000-0000-4000-8000-000000000000/story", nil)
	worker := signIn(t, s, s.Agents[0].Username, s.Agents[0].Password)
	worker.want(403, "GET", "/api/contacts/"+chat.ContactID+"/story", nil)
	worker.want(403, "GET", "/api/refusals", nil)
}

// TestTheStoryOfARatingThatIsNone: a survey that looks for the rating where the answer has none says so, and so does the contact.
func TestTheStoryOfARatingThatIsNone(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	const where = "$.Views.ViewResultData.FormData.rating"
	survey := s.Flow("Survey", harness.Set(map[string]string{"rating": where}, "end"), harness.Say("Thank you"))
	ben := s.Agent("Ben", true, 1).Online()
	chat := s.Join(harness.WithFlow(s.Flow("To an agent", harness.Hook("CustomerRemaining", survey), harness.Queue(standardQueue(t, s)), harness.Enqueue())))
	chat.AwaitAgent()
	ben.Take(chat).Leave()
	chat.Socket.AwaitText("Thank you")
	chat.Socket.AwaitEvent("chat.ended")
	told := string(admin(t, s).want(200, "GET", "/api/contacts/"+chat.ContactID+"/story", nil).body)
	for _, line := range []string{"nothing is at " + where, "The customer's rating does not count: what the attribute rating was set to is no whole number from 0 to 10"} {
		if !strings.Contains(told, line) {
			t.Errorf("the story does not tell %q: %s", line, told)
		}
	}
}

// TestTheStoryOfAViewThatIsNotShown: the cause that the customer's client takes no views is told in words.
func TestTheStoryOfAViewThatIsNotShown(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Form",
		harness.ShowView("form", map[string]any{"Heading": "Who are you?", "Sections": []any{}}, map[string]string{"Next": "end"}),
		harness.Say("no view").Then("end"))
	chat := s.Join(harness.WithFlow(flow))
	chat.Socket.AwaitEvent("chat.ended")
	told := string(admin(t, s).want(200, "GET", "/api/contacts/"+chat.ContactID+"/story", nil).body)
	const cause = "NoMatchingError, because the view cannot be sent: the customer's client shows no such messages: the chat was started without " +
		"application/vnd.amazonaws.connect.message.interactive in SupportedMessagingContentTypes"
	if !strings.Contains(told, cause) {
		t.Errorf("the story does not tell %q: %s", cause, told)
	}
}
