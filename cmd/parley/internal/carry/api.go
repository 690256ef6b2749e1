package carry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"parley/api"
	"parley/api/connect"
	"parley/client"
	"parley/server/setup"
)

// How long one call is repeated while the server does not answer, or answers that there
// are too many calls: a server that has answered is waited for (our choice).
const (
	patience      = 2 * time.Minute
	firstPatience = 5 * time.Second
)

// API calls the Amazon Connect operations of one instance by their names.
type API struct {
	client   *client.Client
	instance string
	routes   map[string]route
	answered atomic.Bool // once
}

// route is an operation, and how its input is checked without a server.
type route struct {
	api.Info
	decode func(*api.Request) error
}

// NewAPI returns the API of the instance that the configuration names.
func NewAPI(config client.Config) (*API, error) {
	c, err := client.New(config)
	if err != nil {
		return nil, err
	}
	a := &API{client: c, instance: config.InstanceID, routes: map[string]route{}}
	for _, op := range connect.Operations() {
		a.routes[op.Name] = route{op.Info, func(r *api.Request) error { _, err := op.Decode(r); return err }}
	}
	for _, op := range setup.Operations() {
		a.routes[op.Name] = route{op.Info, func(r *api.Request) error { return op.Decode(r.Body) }}
	}
	return a, nil
}

// Close closes the idle connections.
func (a *API) Close() { a.client.Close() }

// call calls an operation with its members by name, as the SDKs do. A repeated
// call is safe where the operation has an idempotency token.
func (a *API) call(ctx context.Context, operation string, in Doc) (Doc, error) {
	op, ok := a.routes[operation]
	if !ok {
		return nil, fmt.Errorf("there is no operation %s", operation)
	}
	if op.IdempotencyToken != "" && op.Method != http.MethodDelete {
		in = with(in, op.IdempotencyToken, client.NewToken())
	}
	path, body := a.place(op.Info, in)
	wait := patience
	if !a.answered.Load() {
		wait = firstPatience
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var sent any // nothing, not an empty object, where there are no members
	if len(body) > 0 || op.Method == http.MethodPut || op.Method == http.MethodPost {
		sent = body
	}
	out := Doc{}
	err := client.Retry(ctx, func() error { return a.client.Call(ctx, op.Method, path, sent, &out) })
	if refused, ok := errors.AsType[*client.Error](err); ok {
		refused.Operation = operation
	}
	if err == nil {
		a.answered.Store(true)
	}
	return out, err
}

// place puts the members where they travel: those that the route names into the path, the
// others into the query of a GET or DELETE, else into the body. A name that
// begins with "?" always goes into the query.
func (a *API) place(info api.Info, in Doc) (path string, body Doc) {
	parts := strings.Split(info.Path, "/")
	body, query := Doc{}, url.Values{}
	inPath := map[string]bool{}
	for i, part := range parts {
		name, ok := strings.CutPrefix(strings.TrimSuffix(part, "}"), "{")
		if !ok {
			continue
		}
		inPath[name] = true
		value, _ := in[name].(string)
		if name == "InstanceId" {
			value = a.instance
		}
		parts[i] = url.PathEscape(value)
	}
	for name, value := range in {
		name, asked := strings.CutPrefix(name, "?")
		switch {
		case inPath[name]:
		case asked || info.Method == http.MethodGet || info.Method == http.MethodDelete:
			query[strings.ToLower(name[:1])+name[1:]] = texts(value)
		default:
			body[name] = value
		}
	}
	path = strings.Join(parts, "/")
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path, body
}

// texts are the values of a member in a query.
func texts(value any) []string {
	list, ok := value.([]string)
	if !ok {
		list = []string{fmt.Sprint(value)}
	}
	return list
}

// list returns all pages of a list.
func (a *API) list(ctx context.Context, operation, member string, in Doc) ([]any, error) {
	var all []any
	for next := ""; ; {
		page := with(in, "", "")
		if next != "" {
			page["NextToken"] = next
		}
		out, err := a.call(ctx, operation, page)
		if err != nil {
			return nil, err
		}
		some, _ := out[member].([]any)
		all = append(all, some...)
		if next, _ = out["NextToken"].(string); next == "" {
			return all, nil
		}
	}
}

// decode checks an input as a server would, without one: it returns what is wrong with a member.
func (a *API) decode(operation string, in Doc) error {
	op := a.routes[operation]
	values := map[string]string{"InstanceId": a.instance}
	for name, value := range in {
		if s, ok := value.(string); ok && strings.Contains(op.Path, "{"+name+"}") {
			values[name] = s
		}
	}
	_, body := a.place(op.Info, in)
	text, err := encode(body)
	if err != nil {
		return err
	}
	return op.decode(&api.Request{PathValue: func(name string) string { return values[name] }, Body: text})
}

// notFound tells whether a thing, or this state of it, is not there.
func notFound(err error) bool {
	kind := client.TypeOf(err)
	return kind == "ResourceNotFoundException" || kind == "ContactFlowNotPublishedException"
}
