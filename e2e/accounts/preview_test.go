package accounts_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
)

const previews = "parley/preview"

// asksForPreviews has a socket ask for what the customer writes, and returns what came of it.
func asksForPreviews(t *testing.T, s *harness.Socket) (came string) {
	t.Helper()
	s.Write(`{"topic":"aws/subscribe","content":{"topics":["parley/preview"]}}`)
	harness.Await(t, "the answer", 10*time.Second, func() error {
		frames := s.Frames("aws/subscribe")
		if came = string(frames[len(frames)-1].Content); !strings.Contains(came, previews) {
			return fmt.Errorf("%s", came)
		}
		return nil
	})
	return came
}

// previewed waits until the last preview that a socket has brought has a text.
func previewed(t *testing.T, who string, s *harness.Socket, text string) {
	t.Helper()
	harness.Await(t, who+" is shown "+text, 10*time.Second, func() error {
		frames := s.Frames(previews)
		if len(frames) == 0 || !strings.Contains(string(frames[len(frames)-1].Content), text) {
			return fmt.Errorf("%d previews", len(frames))
		}
		return nil
	})
}

// TestATypingPreview: what a customer writes is shown before it is sent to who works on the chat and asks for it, if the widget says
// so, and to nobody else; it is kept nowhere.
func TestATypingPreview(t *testing.T) {
	t.Parallel()
	h := house{harness.Start(t)}
	aTypingPreview(t, h)
	if found := h.at(0).Places("canary"); len(found) > 0 {
		t.Errorf("what was written and never sent is in %v", found)
	}
}

func aTypingPreview(t *testing.T, h house) {
	s := h.at(0)
	w := newSite(t, s, nil)
	ben := newDesk(t, h.at(1), "ben", "BasicAgentAccess")
	boss, _ := supervisor(t, h.at(2), "boss", "ManagerListenIn")
	ben.choose("Available")
	result := w.started(w.start(200, says(nil)))
	chat := h.at(1).Seat(result["ContactId"].(string), result["ParticipantToken"].(string))
	ben.awaitContact(chat.ContactID, "CONNECTING")
	seat := ben.accept(chat.ContactID)
	watching := watch(t, h.at(2), boss, chat.ContactID)

	own := strings.TrimSuffix(w.path, "start") + "typing"
	path := own
	posts := func(status int, bearer string, body any) string {
		t.Helper()
		w.header["X-Amz-Bearer"] = []string{bearer}
		defer w.header.Del("X-Amz-Bearer")
		return string(w.want(status, http.MethodPost, path, body).body)
	}
	writes := func(status int, bearer, text string) string {
		t.Helper()
		return posts(status, bearer, map[string]string{"text": text})
	}
	for who, socket := range map[string]*harness.Socket{"the agent": seat.Socket, "the supervisor": watching.Socket} {
		if got := asksForPreviews(t, socket); !strings.Contains(got, "success") {
			t.Errorf("%s: %s", who, got)
		}
	}
	if got := asksForPreviews(t, chat.Socket); !strings.Contains(got, "failure") {
		t.Errorf("the customer: %s", got)
	}
	other := h.at(2).Seat(chat.ContactID, seat.ParticipantToken) // of the agent's, which has not asked

	writes(404, chat.ConnectionToken, "canary: the widget does not show it")
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]bool{"typing_preview": true})
	harness.Await(t, "every node knows", 10*time.Second, func() error {
		for range h {
			w.header["X-Amz-Bearer"] = []string{chat.ConnectionToken}
			if a := w.call(http.MethodPost, path, map[string]string{"text": ""}); a.status != 200 {
				return fmt.Errorf("%d %s", a.status, a.body)
			}
		}
		return nil
	})
	if got := writes(200, chat.ConnectionToken, "canary & <b>"); got != "{}" {
		t.Errorf("the answer is %s", got)
	}
	previewed(t, "the agent", seat.Socket, "canary & <b>")

	writes(404, h.at(1).Join(s.Quiet()).ConnectionToken, "canary of a chat that no widget started")
	path = strings.TrimSuffix(newSite(t, s, map[string]any{"name": "Other shop", "typing_preview": true}).path, "start") + "typing"
	writes(404, chat.ConnectionToken, "canary of a chat that another widget started")
	for _, item := range seat.Socket.Items() {
		if strings.Contains(item.ContentType, "preview") {
			t.Errorf("the chat brings the agent %+v", item)
		}
	}
	path = own
	previewed(t, "the supervisor", watching.Socket, "canary")
	writes(200, chat.ConnectionToken, "")
	harness.Await(t, "nothing is written any more", 10*time.Second, func() error {
		frames := seat.Socket.Frames(previews)
		if last := string(frames[len(frames)-1].Content); strings.Contains(last, "canary") {
			return fmt.Errorf("%s", last)
		}
		return nil
	})

	for what, body := range map[string]string{
		"the agent's token":     writes(403, seat.ConnectionToken, "canary by the agent"),
		"no token":              writes(403, "", "canary by nobody"),
		"more than is shown":    writes(400, chat.ConnectionToken, "canary"+strings.Repeat("é", 1020)),
		"a participant's token": writes(403, chat.ParticipantToken, "canary"),
		"no text":               posts(400, chat.ConnectionToken, `{"text": {"canary": 7}}`),
	} {
		if strings.Contains(body, "canary") {
			t.Errorf("%s: the answer repeats it: %s", what, body)
		}
	}
	w.header["X-Amz-Bearer"] = []string{chat.ConnectionToken}
	w.want(403, http.MethodPost, strings.Replace(path, s.InstanceID, chat.ContactID, 1), map[string]string{"text": "canary of another instance"})
	throttled := false
	for range 400 {
		w.header["X-Amz-Bearer"] = []string{chat.ConnectionToken}
		throttled = throttled || w.call(http.MethodPost, path, map[string]string{"text": "canary"}).status == 429
	}
	if !throttled && len(h) == 1 { // a node counts for itself
		t.Error("400 previews at once are not too many")
	}

	chat.Send("the end")
	for who, socket := range map[string]*harness.Socket{"the customer": chat.Socket, "who has not asked": other.Socket} {
		socket.AwaitText("the end")
		if n := len(socket.Frames(previews)); n > 0 {
			t.Errorf("%s is shown %d previews", who, n)
		}
		for _, item := range socket.Items() {
			if strings.Contains(item.Content, "canary") {
				t.Errorf("%s is brought %+v", who, item)
			}
		}
	}
	for _, item := range chat.Transcript() {
		if item.Content != nil && strings.Contains(*item.Content, "canary") {
			t.Errorf("the transcript has %s", *item.Content)
		}
	}
}
