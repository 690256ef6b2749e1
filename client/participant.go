package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

func routeOf(operation, path string) route {
	return route{operation, http.MethodPost, "/participant/" + path}
}

// bearer returns the header of calls made with a token. It is built once per
// token and shared by the calls.
func bearer(token string) http.Header {
	return http.Header{"Content-Type": {"application/json"}, "X-Amz-Bearer": {token}}
}

// connection is the answer of CreateParticipantConnection.
type connection struct {
	url    string      // of the websocket; to be opened within 100 s
	header http.Header // carries the connection token
	expiry time.Time   // of the connection token
}

// connect calls CreateParticipantConnection with a participant token's header.
func (c *Client) connect(ctx context.Context, header http.Header) (connection, error) {
	r := routeOf("CreateParticipantConnection", "connection")
	body := []byte(`{"Type":["WEBSOCKET","CONNECTION_CREDENTIALS"]}`)
	answer, err := c.roundTrip(r, c.request(ctx, r, header, body))
	if err != nil {
		return connection{}, err
	}
	var out connection
	var token string
	err = members(answer, func(key, value string) {
		switch key {
		case "Websocket":
			_ = members(value, func(key, value string) {
				if key == "Url" {
					out.url = text(value)
				}
			})
		case "ConnectionCredentials":
			token, out.expiry = credentials(value)
		}
	})
	if err != nil || out.url == "" || token == "" {
		return connection{}, fmt.Errorf("%s: the answer lacks a websocket URL or a token", r.operation)
	}
	out.header = bearer(token)
	return out, nil
}

func credentials(raw string) (token string, expiry time.Time) {
	_ = members(raw, func(key, value string) {
		switch key {
		case "ConnectionToken":
			token = text(value)
		case "Expiry":
			expiry, _ = time.Parse(time.RFC3339, text(value))
		}
	})
	return token, expiry
}

// Message is what a participant says (SendMessage) or signals (SendEvent).
type Message struct {
	ContentType string
	Content     string // may be empty for events
	ClientToken string // makes a repeat safe; a random one when empty
}

// Sent is the server's acknowledgement.
type Sent struct {
	ID           string // of the item; sockets and transcript carry the same
	AbsoluteTime string // ISO 8601, UTC, milliseconds
}

// SendMessage says something; when it returns without error the server keeps it.
func (c *Chat) SendMessage(ctx context.Context, m Message) (Sent, error) {
	return c.send(ctx, routeOf("SendMessage", "message"), m)
}

// SendEvent signals something: typing, or a receipt.
func (c *Chat) SendEvent(ctx context.Context, m Message) (Sent, error) {
	return c.send(ctx, routeOf("SendEvent", "event"), m)
}

func (c *Chat) send(ctx context.Context, r route, m Message) (Sent, error) {
	body := make([]byte, 1, len(m.Content)+len(m.Content)/8+len(m.ContentType)+96)
	body[0] = '{'
	body = appendMember(body, "ContentType", m.ContentType)
	if m.Content != "" {
		body = appendMember(body, "Content", m.Content)
	}
	body = appendMember(body, "ClientToken", tokenOr(m.ClientToken))
	answer, err := c.call(ctx, r, append(body, '}'))
	if err != nil {
		return Sent{}, err
	}
	var out Sent
	err = members(answer, func(key, value string) {
		switch key {
		case "Id":
			out.ID = text(value)
		case "AbsoluteTime":
			out.AbsoluteTime = text(value)
		}
	})
	return out, err
}

// Disconnect leaves the chat (DisconnectParticipant); a customer's leaving
// ends it. The socket stays until the server says chat.ended or Close is called.
func (c *Chat) Disconnect(ctx context.Context) error {
	body := appendMember([]byte{'{'}, "ClientToken", tokenOr(""))
	_, err := c.call(ctx, routeOf("DisconnectParticipant", "disconnect"), append(body, '}'))
	return err
}

// ViewActions returns what may be answered to a view that the chat shows (DescribeView), by the view's token.
func (c *Chat) ViewActions(ctx context.Context, viewToken string) (actions []string, err error) {
	answer, err := c.call(ctx, route{"DescribeView", http.MethodGet, "/participant/views/" + url.PathEscape(viewToken)}, nil)
	if err != nil {
		return nil, err
	}
	var out struct {
		View struct {
			Content struct{ Actions []string }
		}
	}
	if err := json.Unmarshal([]byte(answer), &out); err != nil {
		return nil, fmt.Errorf("DescribeView: %w", err)
	}
	return out.View.Content.Actions, nil
}

// Query selects a page of the transcript. The zero value asks for the 10
// newest items, newest first.
type Query struct {
	StartID    string // StartPosition.Id, inclusive
	Forward    bool   // towards newer items: ScanDirection; needs StartID
	Ascending  bool   // oldest first: SortOrder
	MaxResults int    // up to 100; the server's default, 10, when 0
	NextToken  string // of the page before
}

// Page is a part of the transcript.
type Page struct {
	Items     []Item
	NextToken string // "" on the last page
}

// Transcript reads a page of the transcript (GetTranscript).
func (c *Chat) Transcript(ctx context.Context, q Query) (Page, error) {
	answer, err := c.call(ctx, routeOf("GetTranscript", "transcript"), q.body())
	if err != nil {
		return Page{}, err
	}
	var page Page
	var inner error
	err = members(answer, func(key, value string) {
		switch key {
		case "NextToken":
			page.NextToken = text(value)
		case "Transcript":
			inner = elements(value, func(raw string) error {
				item, err := parseItem(raw)
				page.Items = append(page.Items, item)
				return err
			})
		}
	})
	if err == nil {
		err = inner
	}
	return page, err
}

func (q Query) body() []byte {
	direction, order := "BACKWARD", "DESCENDING"
	if q.Forward {
		direction = "FORWARD"
	}
	if q.Ascending {
		order = "ASCENDING"
	}
	body := appendMember([]byte{'{'}, "ScanDirection", direction)
	body = appendMember(body, "SortOrder", order)
	if q.MaxResults > 0 {
		body = strconv.AppendInt(append(body, `,"MaxResults":`...), int64(q.MaxResults), 10)
	}
	if q.StartID != "" {
		body = appendMember(append(body, `,"StartPosition":{`...), "Id", q.StartID)
		body = append(body, '}')
	}
	if q.NextToken != "" {
		body = appendMember(body, "NextToken", q.NextToken)
	}
	return append(body, '}')
}

// call makes a participant call with the newest connection token.
func (c *Chat) call(ctx context.Context, r route, body []byte) (string, error) {
	conn := c.conn.Load()
	return c.client.roundTrip(r, c.client.request(ctx, r, conn.header, body))
}
