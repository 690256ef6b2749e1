// Package console lets people who are signed in call the operations of Amazon
// Connect, for pages that have a cookie and no access key.
//
// It guarantees: only what the table names may be called, each by who has one of
// its permissions; nobody works in another instance than their own; nobody makes,
// changes or becomes somebody who may do more than they; everything else (decoding, rules, limits of
// rate, the audit log) is that of the operation as a signed request meets it.
package console

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"parley/api"
	"parley/api/connect"
	"parley/app/account"
	"parley/app/auth"
	"parley/domain/permission"
	"parley/internal/fault"
	"parley/server/connect/request"
)

// Operations calls operations. Use New.
type Operations struct {
	handler connect.Handler
	rates   *auth.Rates
	people  People
	known   map[string]*connect.Operation
	needs   map[string]permission.Need
}

// New returns the operations that a handler serves.
func New(handler connect.Handler, rates *auth.Rates, people People) *Operations {
	o := &Operations{handler: handler, rates: rates, people: people, known: map[string]*connect.Operation{}, needs: Needs()}
	all := connect.Operations()
	for i := range all {
		if _, ok := o.needs[all[i].Name]; ok {
			o.known[all[i].Name] = &all[i]
		}
	}
	return o
}

// Call calls an operation for somebody who is signed in. input is a JSON object of the operation's members, each under
// the name that it has on the wire, wherever it travels there (path, query or body); the instance is the caller's own and
// need not be named. fault.NotFound for an operation that is not in the table, fault.Denied where the caller has none of its permissions.
func (o *Operations) Call(ctx context.Context, c account.Caller, operation string, input []byte) ([]byte, error) {
	op, ok := o.known[operation]
	if !ok {
		return nil, fault.New(fault.NotFound, "There is no such operation for pages")
	}
	if asked := o.needs[operation]; !asked.Met(c.Permissions) {
		return nil, fault.New(fault.Denied, "Your security profiles do not grant %s; it needs: %s", operation, asked)
	}
	members, err := membersOf(input)
	if err != nil {
		return nil, err
	}
	if asked := publishes(operation, members); asked != "" && !c.Permissions.Has(asked) {
		return nil, fault.New(fault.Denied, "Your security profiles do not grant %s: save it as a draft", asked)
	}
	if err := o.mayGrant(ctx, c, operation, members); err != nil {
		return nil, err
	}
	if err := o.rates.Take("connect", operation); err != nil {
		return nil, err
	}
	r, err := spread(members, c.InstanceID)
	if err != nil {
		return nil, err
	}
	in, err := op.Decode(r)
	if err != nil {
		return nil, err
	}
	return op.Call(request.In(ctx, c.InstanceID, operation), o.handler, in, nil)
}

type members map[string]json.RawMessage

func membersOf(input []byte) (members, error) {
	m := members{}
	if len(input) == 0 {
		return m, nil
	}
	if err := json.Unmarshal(input, &m); err != nil || m == nil {
		return nil, fault.New(fault.Malformed, "The body must be a JSON object with the members of the operation's input")
	}
	return m, nil
}

// spread makes the request that the decoders read: each looks for its members where they travel.
func spread(m members, instance string) (*api.Request, error) {
	own, err := json.Marshal(instance)
	if err != nil {
		return nil, err
	}
	m["InstanceId"] = own
	body, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	query := url.Values{}
	for name, raw := range m {
		query[name] = texts(raw)
	}
	query["instanceId"] = []string{instance}
	path := func(name string) string { return strings.Join(texts(m[name]), "") }
	return &api.Request{PathValue: path, Query: query, Body: body}, nil
}

// texts are the values of a member as a path or a query has them: none for an object or null.
func texts(raw json.RawMessage) []string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var all []string
	for _, one := range list {
		if text := strings.TrimSpace(string(one)); text != "" && text != "null" && text[0] != '{' && text[0] != '[' {
			all = append(all, plain(one))
		}
	}
	return all
}

// plain is a string as it reads, a number or boolean as it was written.
func plain(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
