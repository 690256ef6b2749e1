// Package states drives chats through the public API in random orders, late and twice, and checks what holds in each (P14):
// every refusal is one that the operation documents, what has happened stays, and a chat that has ended stays ended.
package states_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	participant "github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"
	"pgregory.net/rapid"

	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// TestAnyOrder lets a customer, two agents and two API clients do what they like with a chat.
func TestAnyOrder(t *testing.T) {
	s := harness.Start(t)
	h := house{server: s, agents: []*harness.Agent{s.Agent("Ada", true, 5), s.Agent("Ben", true, 0)}, statuses: statuses(t, s)}
	rapid.Check(t, func(t *rapid.T) {
		c := h.begin(t)
		t.Repeat(map[string]func(*rapid.T){
			"connect": c.connect, "send": c.send, "event": c.event, "disconnect": c.disconnect, "bot": c.bot,
			"attributes": c.attributes, "tag": c.tag, "stop": c.stop,
			"status": c.status, "assign": c.assign, "monitor": c.monitor, "dismiss": c.dismiss,
			"": c.check,
		})
		c.stop(t)
		c.check(t)
		c.mustHaveEnded(t)
	})
}

// house is the server and who works there.
type house struct {
	server   *harness.Server
	agents   []*harness.Agent
	statuses []string
}

func statuses(t *testing.T, s *harness.Server) (ids []string) {
	t.Helper()
	all, err := s.Connect().ListAgentStatuses(t.Context(), &connect.ListAgentStatusesInput{InstanceId: &s.InstanceID})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all.AgentStatusSummaryList {
		ids = append(ids, *a.Id)
	}
	return ids
}

// chat is one chat, and what is known of it.
type chat struct {
	*house
	id     string
	tokens []string // of participants, the customer's first
	calls  []string // connection tokens
	seen   []string // the transcript's ids
	ended  *types.Contact
}

func (h *house) begin(t *rapid.T) *chat {
	out, err := h.server.Connect().StartChatContact(t.Context(), h.server.Request())
	if err != nil {
		t.Fatalf("StartChatContact: %v", err)
	}
	return &chat{house: h, id: *out.ContactId, tokens: []string{*out.ParticipantToken}}
}

// fine: the call succeeded or was refused as documented.
func fine(t *rapid.T, operation string, err error, refusals ...string) bool {
	if name := harness.RefusalOf(err).Name; err != nil && !slices.Contains(refusals, name) {
		t.Fatalf("%s: %v", operation, err)
	}
	return err == nil
}

// mostly the right one, now and then one that never was.
func pick(t *rapid.T, what string, from []string) string {
	return rapid.SampledFrom(append(slices.Clone(from), "none")).Draw(t, what)
}

func (c *chat) connect(t *rapid.T) {
	token := pick(t, "participant", c.tokens)
	out, err := c.server.Participant().CreateParticipantConnection(t.Context(), &connectparticipant.CreateParticipantConnectionInput{
		ParticipantToken: &token, ConnectParticipant: aws.Bool(true), Type: []participant.ConnectionType{participant.ConnectionTypeConnectionCredentials},
	})
	if fine(t, "CreateParticipantConnection", err, "AccessDeniedException") {
		c.calls = append(c.calls, *out.ConnectionCredentials.ConnectionToken)
	}
}

func (c *chat) send(t *rapid.T) {
	token, text := pick(t, "connection", c.calls), fmt.Sprint("message ", len(c.seen))
	out, err := c.server.Participant().SendMessage(t.Context(), &connectparticipant.SendMessageInput{
		ConnectionToken: &token, ContentType: aws.String("text/plain"), Content: &text,
	})
	if fine(t, "SendMessage", err, "AccessDeniedException") && c.ended != nil {
		t.Fatalf("the message %s was taken after the end", *out.Id)
	}
}

func (c *chat) event(t *rapid.T) {
	token, in := pick(t, "connection", c.calls), &connectparticipant.SendEventInput{}
	in.ConnectionToken = &token
	in.ContentType = aws.String("application/vnd.amazonaws.connect.event." + rapid.SampledFrom([]string{"typing", "message.delivered", "message.read", "connection.acknowledged"}).Draw(t, "event"))
	if len(c.seen) > 0 {
		in.Content = aws.String(fmt.Sprintf(`{"messageId":%q}`, rapid.SampledFrom(c.seen).Draw(t, "message")))
	}
	_, err := c.server.Participant().SendEvent(t.Context(), in)
	fine(t, "SendEvent", err, "AccessDeniedException", "ValidationException", "ConflictException")
}

func (c *chat) disconnect(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "stay") > 0 {
		return
	}
	token := pick(t, "connection", c.calls)
	_, err := c.server.Participant().DisconnectParticipant(t.Context(), &connectparticipant.DisconnectParticipantInput{ConnectionToken: &token})
	fine(t, "DisconnectParticipant", err, "AccessDeniedException")
}

func (c *chat) bot(t *rapid.T) {
	out, err := c.server.Connect().CreateParticipant(t.Context(), &connect.CreateParticipantInput{
		InstanceId: &c.server.InstanceID, ContactId: &c.id,
		ParticipantDetails: &types.ParticipantDetailsToAdd{ParticipantRole: types.ParticipantRoleCustomBot, DisplayName: aws.String("Bot")},
	})
	if fine(t, "CreateParticipant", err, "ConflictException", "ResourceNotFoundException", "InvalidRequestException") {
		c.tokens = append(c.tokens, *out.ParticipantCredentials.ParticipantToken)
	}
}

func (c *chat) attributes(t *rapid.T) {
	_, err := c.server.Connect().UpdateContactAttributes(t.Context(), &connect.UpdateContactAttributesInput{
		InstanceId: &c.server.InstanceID, InitialContactId: &c.id, Attributes: map[string]string{"n": fmt.Sprint(len(c.seen))},
	})
	fine(t, "UpdateContactAttributes", err, "InvalidRequestException", "ResourceNotFoundException")
}

func (c *chat) tag(t *rapid.T) {
	_, err := c.server.Connect().TagContact(t.Context(), &connect.TagContactInput{
		InstanceId: &c.server.InstanceID, ContactId: &c.id, Tags: map[string]string{"n": fmt.Sprint(len(c.seen))},
	})
	fine(t, "TagContact", err, "InvalidRequestException")
}

func (c *chat) stop(t *rapid.T) {
	if len(c.seen) > 0 && rapid.IntRange(0, 5).Draw(t, "go on") > 0 {
		return
	}
	_, err := c.server.Connect().StopContact(t.Context(), &connect.StopContactInput{InstanceId: &c.server.InstanceID, ContactId: &c.id})
	fine(t, "StopContact", err, "ContactNotFoundException")
}

func (c *chat) agent(t *rapid.T) *harness.Agent { return rapid.SampledFrom(c.agents).Draw(t, "agent") }

func (c *chat) status(t *rapid.T) {
	status := rapid.SampledFrom(c.statuses).Draw(t, "status")
	_, err := c.server.Connect().PutUserStatus(t.Context(), &connect.PutUserStatusInput{
		InstanceId: &c.server.InstanceID, UserId: &c.agent(t).UserID, AgentStatusId: &status,
	})
	fine(t, "PutUserStatus", err)
}

func (c *chat) assign(t *rapid.T) {
	_, err := c.server.Connect().AssociateContactWithUser(t.Context(), &connect.AssociateContactWithUserInput{
		InstanceId: &c.server.InstanceID, ContactId: &c.id, UserId: &c.agent(t).UserID,
	})
	fine(t, "AssociateContactWithUser", err, "InvalidRequestException", "ResourceNotFoundException")
}

func (c *chat) monitor(t *rapid.T) {
	_, err := c.server.Connect().MonitorContact(t.Context(), &connect.MonitorContactInput{
		InstanceId: &c.server.InstanceID, ContactId: &c.id, UserId: &c.agent(t).UserID,
		AllowedMonitorCapabilities: []types.MonitorCapability{types.MonitorCapabilitySilentMonitor},
	})
	fine(t, "MonitorContact", err, "InvalidRequestException", "AccessDeniedException", "ResourceNotFoundException", "ServiceQuotaExceededException")
}

func (c *chat) dismiss(t *rapid.T) {
	_, err := c.server.Connect().DismissUserContact(t.Context(), &connect.DismissUserContactInput{
		InstanceId: &c.server.InstanceID, UserId: &c.agent(t).UserID, ContactId: &c.id,
	})
	fine(t, "DismissUserContact", err, "InvalidRequestException", "ResourceNotFoundException")
}

// check is what holds at every moment.
func (c *chat) check(t *rapid.T) {
	out, err := c.server.Connect().DescribeContact(t.Context(), &connect.DescribeContactInput{InstanceId: &c.server.InstanceID, ContactId: &c.id})
	if err != nil {
		t.Fatalf("DescribeContact: %v", err)
	}
	k := out.Contact
	if c.ended != nil && (k.DisconnectTimestamp == nil || !k.DisconnectTimestamp.Equal(*c.ended.DisconnectTimestamp) || aws.ToString(k.DisconnectReason) != aws.ToString(c.ended.DisconnectReason)) {
		t.Fatalf("the end has changed: %v %v, it was %v %v", k.DisconnectTimestamp, aws.ToString(k.DisconnectReason), c.ended.DisconnectTimestamp, aws.ToString(c.ended.DisconnectReason))
	}
	if k.DisconnectTimestamp != nil {
		c.ended = k
	}
	for _, token := range c.calls[:min(1, len(c.calls))] {
		c.checkTranscript(t, token)
	}
}

// checkTranscript: what was there is there, in its order; chat.ended comes last.
func (c *chat) checkTranscript(t *rapid.T, token string) {
	page, err := c.server.Participant().GetTranscript(t.Context(), &connectparticipant.GetTranscriptInput{
		ConnectionToken: &token, MaxResults: aws.Int32(100), SortOrder: participant.SortKeyAscending,
	})
	if !fine(t, "GetTranscript", err, "AccessDeniedException") {
		return
	}
	var ids []string
	for i, item := range page.Transcript {
		ids = append(ids, *item.Id)
		if aws.ToString(item.ContentType) == "application/vnd.amazonaws.connect.event.chat.ended" && i < len(page.Transcript)-1 {
			t.Fatalf("something follows chat.ended: %+v", page.Transcript[i+1])
		}
	}
	if len(ids) < 100 && !slices.Equal(ids[:min(len(ids), len(c.seen))], c.seen) {
		t.Fatalf("the transcript has changed: %v, it was %v", ids, c.seen)
	}
	c.seen = ids
}

// mustHaveEnded stops the chat, which says so then, to each caller alike.
func (c *chat) mustHaveEnded(t *rapid.T) {
	for range 2 {
		_, err := c.server.Connect().StopContact(t.Context(), &connect.StopContactInput{InstanceId: &c.server.InstanceID, ContactId: &c.id})
		fine(t, "StopContact", err, "ContactNotFoundException")
	}
	c.check(t)
	if c.ended == nil {
		t.Fatal("the chat goes on after StopContact")
	}
	for _, token := range c.calls {
		_, err := c.server.Participant().SendMessage(t.Context(), &connectparticipant.SendMessageInput{
			ConnectionToken: &token, ContentType: aws.String("text/plain"), Content: aws.String("too late"),
		})
		if harness.RefusalOf(err).Name != "AccessDeniedException" {
			t.Fatalf("SendMessage after the end: %v", err)
		}
	}
}
