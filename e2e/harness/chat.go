package harness

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	connecttypes "github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"
)

// Chat is one customer's chat, driven through the Go SDK.
type Chat struct {
	ContactID        string
	ParticipantID    string
	ParticipantToken string
	ContinuedFrom    string
	ConnectionToken  string  // after Connect
	Socket           *Socket // after Connect
	server           *Server
}

// Change alters a StartChatContact request before it is sent.
type Change func(*connect.StartChatContactInput)

// WithFlow names the flow.
func WithFlow(id string) Change {
	return func(in *connect.StartChatContactInput) { in.ContactFlowId = aws.String(id) }
}

// WithTypes sets SupportedMessagingContentTypes.
func WithTypes(types ...string) Change {
	return func(in *connect.StartChatContactInput) { in.SupportedMessagingContentTypes = types }
}

// Request returns the smallest StartChatContact request, changed. It names
// the default flow.
func (s *Server) Request(changes ...Change) *connect.StartChatContactInput {
	in := &connect.StartChatContactInput{
		InstanceId:         aws.String(s.InstanceID),
		ContactFlowId:      aws.String(s.ContactFlowID),
		ParticipantDetails: &connecttypes.ParticipantDetails{DisplayName: aws.String("Customer")},
	}
	for _, change := range changes {
		change(in)
	}
	return in
}

// TryStart starts a chat and returns the error, if any.
func (s *Server) TryStart(changes ...Change) (*Chat, error) {
	out, err := s.Connect().StartChatContact(context.Background(), s.Request(changes...))
	if err != nil {
		return nil, err
	}
	return &Chat{
		ContactID: aws.ToString(out.ContactId), ParticipantID: aws.ToString(out.ParticipantId),
		ParticipantToken: aws.ToString(out.ParticipantToken), ContinuedFrom: aws.ToString(out.ContinuedFromContactId),
		server: s,
	}, nil
}

// StartChat starts a chat that must start.
func (s *Server) StartChat(changes ...Change) *Chat {
	s.t.Helper()
	chat, err := s.TryStart(changes...)
	if err != nil {
		s.t.Fatalf("StartChatContact: %v", err)
	}
	return chat
}

// Join starts a chat and connects its customer.
func (s *Server) Join(changes ...Change) *Chat {
	s.t.Helper()
	return s.StartChat(changes...).Connect()
}

// Connect asks for both halves of a connection, opens the websocket and
// subscribes, as chatjs does.
func (c *Chat) Connect() *Chat {
	c.server.t.Helper()
	c.ConnectionToken, c.Socket = c.server.ConnectParticipant(c.ParticipantToken)
	return c
}

// ConnectParticipant connects any participant by its token and returns its
// connection token and its subscribed socket.
func (s *Server) ConnectParticipant(token string) (string, *Socket) {
	s.t.Helper()
	out := s.Connection(token)
	socket, status := Dial(s.t, s.door(aws.ToString(out.Websocket.Url)))
	if socket == nil {
		s.t.Fatalf("the websocket's upgrade is answered with %d", status)
	}
	return aws.ToString(out.ConnectionCredentials.ConnectionToken), socket.Subscribe()
}

// SocketURL asks for a fresh websocket address.
func (c *Chat) SocketURL() string {
	c.server.t.Helper()
	return aws.ToString(c.server.Connection(c.ParticipantToken).Websocket.Url)
}

// Connection calls CreateParticipantConnection for both halves.
func (s *Server) Connection(token string) *connectparticipant.CreateParticipantConnectionOutput {
	s.t.Helper()
	out, err := s.Participant().CreateParticipantConnection(context.Background(), &connectparticipant.CreateParticipantConnectionInput{
		ParticipantToken: aws.String(token),
		Type:             []types.ConnectionType{types.ConnectionTypeWebsocket, types.ConnectionTypeConnectionCredentials},
	})
	if err != nil {
		s.t.Fatalf("CreateParticipantConnection: %v", err)
	}
	if out.Websocket == nil || out.ConnectionCredentials == nil {
		s.t.Fatalf("CreateParticipantConnection answers with half of what was asked: %+v", out)
	}
	return out
}

// TrySend sends a message of a content type.
func (c *Chat) TrySend(contentType, content string) (*connectparticipant.SendMessageOutput, error) {
	return c.server.Participant().SendMessage(context.Background(), &connectparticipant.SendMessageInput{
		ConnectionToken: aws.String(c.ConnectionToken), ContentType: aws.String(contentType), Content: aws.String(content),
	})
}

// Send sends plain text that must be accepted and returns the item's id.
func (c *Chat) Send(content string) string {
	c.server.t.Helper()
	out, err := c.TrySend("text/plain", content)
	if err != nil {
		c.server.t.Fatalf("SendMessage: %v", err)
	}
	return aws.ToString(out.Id)
}

// TryEvent sends an event by the end of its name.
func (c *Chat) TryEvent(name, content string) error {
	in := &connectparticipant.SendEventInput{
		ConnectionToken: aws.String(c.ConnectionToken), ContentType: aws.String(EventType(name)),
	}
	if content != "" {
		in.Content = aws.String(content)
	}
	_, err := c.server.Participant().SendEvent(context.Background(), in)
	return err
}

// Transcript returns up to 100 items, oldest first.
func (c *Chat) Transcript() []types.Item {
	c.server.t.Helper()
	out, err := c.Page(&connectparticipant.GetTranscriptInput{MaxResults: aws.Int32(100), SortOrder: types.SortKeyAscending})
	if err != nil {
		c.server.t.Fatalf("GetTranscript: %v", err)
	}
	return out.Transcript
}

// Page calls GetTranscript with the chat's connection token.
func (c *Chat) Page(in *connectparticipant.GetTranscriptInput) (*connectparticipant.GetTranscriptOutput, error) {
	in.ConnectionToken = aws.String(c.ConnectionToken)
	return c.server.Participant().GetTranscript(context.Background(), in)
}

// Leave disconnects the customer.
func (c *Chat) Leave() {
	c.server.t.Helper()
	_, err := c.server.Participant().DisconnectParticipant(context.Background(),
		&connectparticipant.DisconnectParticipantInput{ConnectionToken: aws.String(c.ConnectionToken)})
	if err != nil {
		c.server.t.Fatalf("DisconnectParticipant: %v", err)
	}
}

// Stop calls StopContact.
func (c *Chat) Stop() error {
	_, err := c.server.Connect().StopContact(context.Background(), &connect.StopContactInput{
		InstanceId: aws.String(c.server.InstanceID), ContactId: aws.String(c.ContactID),
	})
	return err
}

// Describe returns DescribeContact's contact.
func (c *Chat) Describe() *connecttypes.Contact {
	c.server.t.Helper()
	out, err := c.server.Connect().DescribeContact(context.Background(), &connect.DescribeContactInput{
		InstanceId: aws.String(c.server.InstanceID), ContactId: aws.String(c.ContactID),
	})
	if err != nil {
		c.server.t.Fatalf("DescribeContact: %v", err)
	}
	return out.Contact
}
