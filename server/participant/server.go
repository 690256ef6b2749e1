// Package participant serves the Amazon Connect Participant operations: what
// the customer, a bot or an agent does inside a chat.
//
// It guarantees: the only credential is the X-Amz-Bearer token (signatures that
// SDKs add are ignored); a call without a valid one learns nothing but
// AccessDeniedException.
package participant

import (
	"context"
	"net/http"
	"sync"

	"parley/api"
	"parley/api/participant"
	"parley/app/admin"
	"parley/app/auth"
	"parley/app/chat"
	"parley/domain/contact"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/server/edge"
)

// maxBody bounds the body of a call: 16,384 characters, each escaped, fit.
const maxBody = 256 << 10

// Server serves the operations. Those that it has no method for answer
// NotImplementedException.
type Server struct {
	participant.Unimplemented
	Files Files // set before Register
	edge  *edge.Edge
	chat  *chat.Service
	views Views
	rates *auth.Rates
	told  sync.Once // that chatjs refuses a websocket URL
}

// Views knows the views that flows show.
type Views interface {
	// ShownView returns a view of an instance with one of its contents; fault.NotFound.
	ShownView(ctx context.Context, instance, id, content string) (admin.ShownView, error)
}

// New returns a server; nil rates are no limit.
func New(e *edge.Edge, c *chat.Service, v Views, rates *auth.Rates) *Server {
	return &Server{edge: e, chat: c, views: v, rates: rates}
}

// Register adds the routes of all operations.
func (s *Server) Register(r *edge.Router) {
	ops := participant.Operations()
	errs := edge.ParticipantErrors()
	for i := range ops {
		op := &ops[i]
		op.Supported = op.Supported && built(op.Name)
		r.Handle(op.Pattern(), s.edge.JSON(edge.Route{Service: "participant", Operation: op.Name}, errs, func(r *http.Request) ([]byte, error) { return s.serve(op, r) }))
	}
	s.registerFiles(r)
	r.Handle("GET "+QuietPath, s.edge.JSON(edge.Route{Service: "participant", Operation: QuietOperation}, errs, s.quiet))
}

// built names the operations that the server has. All others answer
// NotImplementedException before anybody looks at their input.
func built(operation string) bool {
	switch operation {
	case "CreateParticipantConnection", "SendMessage", "SendEvent", "DisconnectParticipant", "GetTranscript", "DescribeView",
		"StartAttachmentUpload", "CompleteAttachmentUpload", "GetAttachment", "GetAuthenticationUrl", "CancelParticipantAuthentication":
		return true
	}
	return false
}

func (s *Server) serve(op *participant.Operation, r *http.Request) ([]byte, error) {
	bearer := r.Header.Get("X-Amz-Bearer")
	if bearer == "" {
		return nil, fault.New(fault.Denied, "Access denied: the X-Amz-Bearer header is missing")
	}
	body, err := edge.Body(r, maxBody)
	if err != nil {
		return nil, err
	}
	if s.rates != nil {
		if err := s.take(r.Context(), op.Name, bearer); err != nil {
			return nil, err
		}
	}
	// No operation of this service has a parameter in the query.
	in, err := op.Decode(&api.Request{PathValue: r.PathValue, Header: r.Header, Body: body})
	if err != nil {
		return nil, err
	}
	return op.Call(s.edge.WithBase(r), s, in, make([]byte, 0, 128))
}

// take holds the caller's instance to its rate.
func (s *Server) take(ctx context.Context, operation, bearer string) error {
	instance, err := s.chat.InstanceOf(ctx, bearer)
	if err != nil {
		return err
	}
	return s.rates.Take(instance, operation)
}

// CreateParticipantConnection gives a participant a websocket URL and a connection token.
func (s *Server) CreateParticipantConnection(ctx context.Context, in *participant.CreateParticipantConnectionInput) (*participant.CreateParticipantConnectionOutput, error) {
	var r chat.Connect
	for _, t := range in.Type {
		switch t {
		case "WEBSOCKET":
			r.Websocket = true
		case "CONNECTION_CREDENTIALS":
			r.Credentials = true
		default:
			return nil, fault.New(fault.Invalid, "Type %s is not supported for a chat", t)
		}
	}
	r.Participant = in.ConnectParticipant != nil && *in.ConnectParticipant
	if len(in.Type) == 0 && !r.Participant {
		return nil, fault.New(fault.Invalid, "Type is required unless ConnectParticipant is true")
	}
	c, err := s.chat.Connection(ctx, in.ParticipantToken, r)
	if err != nil {
		return nil, err
	}
	out := &participant.CreateParticipantConnectionOutput{}
	if r.Websocket {
		base := edge.Base(ctx)
		s.warn(ctx, base)
		out.Websocket = &participant.Websocket{Url: socketURL(base, c.SocketToken), ConnectionExpiry: c.SocketExpiry}
	}
	if r.Credentials {
		out.ConnectionCredentials = &participant.ConnectionCredentials{ConnectionToken: c.ConnectionToken, Expiry: c.ConnectionExpiry}
	}
	return out, nil
}

// socketURL turns the base URL, http or https, into that of a websocket.
func socketURL(base, token string) string { return "ws" + base[len("http"):] + "/ws?token=" + token }

// SendMessage says something.
func (s *Server) SendMessage(ctx context.Context, in *participant.SendMessageInput) (*participant.SendMessageOutput, error) {
	sent, err := s.chat.Send(ctx, in.ConnectionToken, contact.Message{ContentType: in.ContentType, Content: in.Content}, edge.Val(in.ClientToken))
	if err != nil {
		return nil, err
	}
	out := &participant.SendMessageOutput{Id: sent.ID, AbsoluteTime: sent.At}
	if sent.Processing {
		out.MessageMetadata = &participant.MessageProcessingMetadata{MessageProcessingStatus: edge.Some("PROCESSING")}
	}
	return out, nil
}

// SendEvent tells of typing, or that a message arrived or was read.
func (s *Server) SendEvent(ctx context.Context, in *participant.SendEventInput) (*participant.SendEventOutput, error) {
	sent, err := s.chat.Event(ctx, in.ConnectionToken, in.ContentType, edge.Val(in.Content))
	if err != nil {
		return nil, err
	}
	return &participant.SendEventOutput{Id: sent.ID, AbsoluteTime: sent.At}, nil
}

// DisconnectParticipant leaves the chat.
func (s *Server) DisconnectParticipant(ctx context.Context, in *participant.DisconnectParticipantInput) (*participant.DisconnectParticipantOutput, error) {
	return &participant.DisconnectParticipantOutput{}, s.chat.Disconnect(ctx, in.ConnectionToken, edge.Val(in.ClientToken))
}

// GetTranscript reads the chat.
func (s *Server) GetTranscript(ctx context.Context, in *participant.GetTranscriptInput) (*participant.GetTranscriptOutput, error) {
	r := chat.Transcript{
		ContactID: edge.Val(in.ContactId), MaxResults: edge.Val(in.MaxResults), NextToken: edge.Val(in.NextToken),
		Ascending: edge.Val(in.SortOrder) == "ASCENDING",
	}
	if in.ScanDirection != nil {
		forward := *in.ScanDirection == "FORWARD"
		r.Forward = &forward
	}
	if p := in.StartPosition; p != nil {
		start, err := startOf(p)
		if err != nil {
			return nil, err
		}
		r.Start = start
	}
	page, err := s.chat.Transcript(ctx, in.ConnectionToken, r)
	if err != nil {
		return nil, err
	}
	out := &participant.GetTranscriptOutput{InitialContactId: page.InitialContactID, Transcript: make([]participant.Item, len(page.Items))}
	if page.NextToken != "" {
		out.NextToken = &page.NextToken
	}
	for i := range page.Items {
		out.Transcript[i] = itemOf(&page.Items[i])
	}
	return out, nil
}

func startOf(p *participant.StartPosition) (chat.StartPosition, error) {
	start := chat.StartPosition{ID: edge.Val(p.Id), At: p.AbsoluteTime, MostRecent: edge.Val(p.MostRecent)}
	set := 0
	for _, given := range []bool{p.Id != nil, p.AbsoluteTime != nil, p.MostRecent != nil} {
		if given {
			set++
		}
	}
	if set > 1 {
		return start, fault.New(fault.Invalid, "StartPosition must have only one of Id, AbsoluteTime and MostRecent")
	}
	return start, nil
}

func itemOf(e *chat.Entry) participant.Item {
	item := participant.Item{
		Id: e.ID, Type: string(e.Type), AbsoluteTime: e.Time, ContentType: edge.Some(e.ContentType), Content: edge.Some(e.Content),
		ParticipantId: edge.Some(e.Author.ParticipantID), DisplayName: edge.Some(e.Author.DisplayName), ParticipantRole: edge.Some(string(e.Author.Role)),
	}
	if a, ok := e.Attached(); ok {
		item.Content, item.Attachments = nil, []participant.AttachmentItem{{
			AttachmentId: &a.AttachmentID, AttachmentName: &a.AttachmentName, ContentType: &a.ContentType, Status: &a.Status,
		}}
	}
	if e.Past {
		item.RelatedContactId = &e.ContactID
	} else {
		item.ContactId = &e.ContactID
	}
	if len(e.Receipts) > 0 {
		item.MessageMetadata = &participant.MessageMetadata{MessageId: &e.ID}
	}
	if e.Processing == transcript.Failed || e.Processing == transcript.Rejected {
		item.MessageMetadata = &participant.MessageMetadata{MessageId: &e.ID, MessageProcessingStatus: edge.Some(string(e.Processing))}
	}
	for _, r := range e.Receipts {
		item.MessageMetadata.Receipts = append(item.MessageMetadata.Receipts, participant.Receipt{
			RecipientParticipantId: &r.Recipient, DeliveredTimestamp: edge.Some(r.DeliveredAt), ReadTimestamp: edge.Some(r.ReadAt),
		})
	}
	return item
}
