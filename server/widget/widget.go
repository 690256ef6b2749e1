// Package widget serves the public endpoint at which the visitors of a site start chats, without an AWS key: the chat
// widget's own form of StartChatContact.
//
// It guarantees: a visitor chooses neither instance nor flow; what it says about itself is marked as such, unless its site has
// signed it; nobody reads an earlier chat, or finds one that goes on, who is not signed in as its customer. Every answer is JSON that pages of any site can read.
package widget

import (
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"parley/api"
	"parley/api/connect"
	"parley/app/chat"
	"parley/app/push"
	"parley/app/widget"
	"parley/domain/change"
	"parley/domain/customertoken"
	"parley/domain/transcript"
	"parley/internal/arn"
	"parley/internal/fault"
	own "parley/server/connect"
	"parley/server/edge"
	"parley/web"
)

// Prefix is where the endpoint is: Prefix + {instance}/{widget}/start, and /open for the chat that goes on.
const Prefix = "/widgets/"

// maxBody is the largest request, in bytes (our choice: attributes of 32 KB, and a message).
const maxBody = 128 << 10

// Hosted begins the names of attributes that a visitor says itself (Amazon Connect, hosted widget).
const Hosted = "HostedWidget-"

// LeftMessage is the attribute, with the value true, of chats that a visitor began by leaving a message. No visitor can say it itself.
const LeftMessage = "left_message"

// Options are what the endpoint is made of.
type Options struct {
	Edge        *edge.Edge
	Widgets     *widget.Service
	Chat        *chat.Service
	Push        *push.Service
	Connect     *own.Server
	Home        arn.Home
	Attachments func() bool // whether files can be attached
}

type server struct {
	Options
	site   *web.Site
	decode func(*api.Request) (api.Input, error)
}

// Register adds the endpoint.
func Register(o Options, r *edge.Router) {
	s := &server{Options: o, site: web.New()}
	ops := connect.Operations()
	for i := range ops {
		if ops[i].Name == "StartChatContact" {
			s.decode = ops[i].Decode
		}
	}
	r.Handle("POST "+Prefix+"{instance}/{widget}/start", o.Edge.JSON(edge.Route{Service: "widget", Operation: "StartChat"}, edge.ConnectErrors(), s.start))
	r.Handle("POST "+Prefix+"{instance}/{widget}/open", o.Edge.JSON(edge.Route{Service: "widget", Operation: "OpenChat"}, edge.ConnectErrors(), s.open))
	r.Handle("GET "+Prefix+"{instance}/{widget}/settings", o.Edge.JSON(edge.Route{Service: "widget", Operation: "Settings"}, edge.ConnectErrors(), s.settings))
	r.Handle("POST "+Prefix+"{instance}/{widget}/typing", o.Edge.JSON(edge.Route{Service: "widget", Operation: "Typing"}, edge.ConnectErrors(), s.typed))
	r.Handle("POST "+Prefix+"{instance}/{widget}/push", o.Edge.JSON(edge.Route{Service: "widget", Operation: "Subscribe"}, edge.ConnectErrors(), s.subscribe))
	r.Handle("DELETE "+Prefix+"{instance}/{widget}/push/{registration}", o.Edge.JSON(edge.Route{Service: "widget", Operation: "Unsubscribe"}, edge.ConnectErrors(), s.unsubscribe))
	r.Handle("GET "+Prefix+"{instance}/{widget}/frame", http.HandlerFunc(s.frame))
	r.Handle("GET "+Prefix+"{instance}/{widget}/notify", http.HandlerFunc(s.notify))
	r.Handle("GET "+Prefix+"{instance}/{widget}/notify.js", http.HandlerFunc(s.site.Worker))
}

// answer is what the chat interface of Amazon Connect expects of the endpoint that it is given.
type answer struct {
	Data struct {
		Started     *started        `json:"startChatResult"` // null: no chat goes on
		Permissions map[string]bool `json:"featurePermissions"`
	} `json:"data"`
}

type started struct {
	ContactID        string `json:"ContactId"`
	ParticipantID    string `json:"ParticipantId"`
	ParticipantToken string
	ContinuedFrom    *string `json:"ContinuedFromContactId,omitempty"`
}

func (s *server) start(r *http.Request) ([]byte, error) {
	says, w, claims, err := s.admit(r, false)
	if err != nil {
		return nil, err
	}
	in, err := s.input(&says, &w, claims)
	if err != nil {
		return nil, err
	}
	done, err := s.begin(r.Context(), &w, claims, in, &says)
	if err != nil {
		return nil, err
	}
	return s.tell(&done, slices.Contains(in.SupportedMessagingContentTypes, transcript.Markdown))
}

// admit reads what a browser sends, and holds who sends it to what the widget asks of its visitors.
func (s *server) admit(r *http.Request, looks bool) (says request, w widget.Widget, claims *customertoken.Claims, err error) {
	body, err := edge.Body(r, maxBody)
	if err != nil {
		return says, w, nil, err
	}
	if err := json.Unmarshal(body, &says); err != nil {
		return says, w, nil, fault.New(fault.Malformed, "The request is not the JSON of a chat's start")
	}
	visitor := widget.Visitor{Origin: r.Header.Get("Origin"), Own: s.own(r), Token: says.CustomerToken, Looks: looks}
	if s.Edge.Address != nil {
		visitor.Address = s.Edge.Address(r)
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		visitor.Token = token
	}
	w, claims, err = s.Widgets.Admit(r.Context(), r.PathValue("instance"), r.PathValue("widget"), visitor)
	return says, w, claims, err
}

func (s *server) tell(done *started, markdown bool) ([]byte, error) {
	var a answer
	a.Data.Started = done
	a.Data.Permissions = map[string]bool{"ATTACHMENTS": s.Attachments(), "MESSAGING_MARKDOWN": markdown}
	return json.Marshal(a)
}

// request is what a browser sends. Other members, as InstanceId and ContactFlowId of the official widget, say nothing.
type request struct {
	ParticipantDetails             json.RawMessage   `json:"ParticipantDetails,omitempty"`
	Attributes                     map[string]string `json:"Attributes,omitempty"`
	InitialMessage                 json.RawMessage   `json:"InitialMessage,omitempty"`
	SupportedMessagingContentTypes json.RawMessage   `json:"SupportedMessagingContentTypes,omitempty"`
	ChatDurationInMinutes          json.RawMessage   `json:"ChatDurationInMinutes,omitempty"`
	PersistentChat                 json.RawMessage   `json:"PersistentChat,omitempty"`
	ClientToken                    json.RawMessage   `json:"ClientToken,omitempty"`
	CustomerToken                  string            `json:"CustomerToken,omitempty"` // ours: what the site has signed
	JoinOpen                       bool              `json:"JoinOpen,omitempty"`      // ours: the chat of the customer that goes on instead of a new one
	LeaveMessage                   bool              `json:"LeaveMessage,omitempty"`  // ours: InitialMessage is a message that is left, for the widget's flow of these
}

// input makes a StartChatContact of what the browser says and its site has signed, held to the same limits.
func (s *server) input(says *request, w *widget.Widget, c *customertoken.Claims) (*connect.StartChatContactInput, error) {
	if says.PersistentChat != nil && (c == nil || c.CustomerID == "") {
		return nil, fault.New(fault.Denied, "PersistentChat is for customers whom the site has signed in, with a customerId")
	}
	if says.JoinOpen && says.InitialMessage != nil {
		return nil, fault.New(fault.Rule, "JoinOpen and InitialMessage cannot be used together: in a chat that goes on nobody would see the message")
	}
	flow, all := w.FlowID, attributes(says.Attributes, c)
	if says.LeaveMessage {
		if err := leaves(says, w); err != nil {
			return nil, err
		}
		flow, says.ChatDurationInMinutes, all[LeftMessage] = w.MessageFlowID, nil, "true"
	}
	members := map[string]any{"InstanceId": w.InstanceID, "ContactFlowId": flow, "Attributes": all}
	for name, raw := range map[string]json.RawMessage{
		"ParticipantDetails": says.ParticipantDetails, "InitialMessage": says.InitialMessage, "SupportedMessagingContentTypes": says.SupportedMessagingContentTypes,
		"ChatDurationInMinutes": says.ChatDurationInMinutes, "PersistentChat": says.PersistentChat, "ClientToken": says.ClientToken,
	} {
		if raw != nil {
			members[name] = raw
		}
	}
	customer := ""
	if c != nil {
		signed(members, c)
		customer = c.CustomerID
	}
	body, err := json.Marshal(members)
	if err != nil {
		return nil, err
	}
	in, err := s.decode(&api.Request{PathValue: func(string) string { return "" }, Body: body})
	if err != nil {
		return nil, err
	}
	start := in.(*connect.StartChatContactInput)
	if start.ClientToken != nil {
		own := ownToken(w.ID, customer, *start.ClientToken)
		start.ClientToken = &own
	}
	return start, nil
}

// leaves holds a visitor who leaves a message to what that takes.
func leaves(says *request, w *widget.Widget) error {
	switch {
	case w.MessageFlowID == "":
		return fault.New(fault.Rule, "LeaveMessage: this widget takes no messages, for it names no flow for them (message_flow_id)")
	case says.InitialMessage == nil:
		return fault.New(fault.Invalid, "LeaveMessage needs an InitialMessage: the message that is left")
	}
	return nil
}

// ownToken is a client token as it stands for a customer of a widget, "" for all who are not signed in: who guesses one that programs
// of the site use, or another customer, must not be answered with their chat.
func ownToken(widget, customer, token string) string {
	sum := change.OnceKey("widget/"+widget, customer, token)
	return hex.EncodeToString(sum[:])
}

// signed adds what the site has signed.
func signed(members map[string]any, c *customertoken.Claims) {
	for name, value := range map[string]string{"CustomerId": c.CustomerID, "RelatedContactId": c.RelatedContactID} {
		if value != "" {
			members[name] = value
		}
	}
	if c.SegmentAttributes != nil {
		members["SegmentAttributes"] = c.SegmentAttributes
	}
}

// attributes are those that the visitor says, marked, and those that the site has signed.
func attributes(says map[string]string, c *customertoken.Claims) map[string]string {
	all := map[string]string{}
	for name, value := range says {
		all[Hosted+strings.TrimPrefix(name, Hosted)] = value
	}
	if c != nil {
		maps.Copy(all, c.Attributes)
	}
	return all
}
