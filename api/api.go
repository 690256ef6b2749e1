// Package api is what the generated wire contracts of the two services share:
// what a request is to them and what is known about each operation.
//
// The packages api/connect and api/participant are generated from botocore's
// service models and api/overlay.json by api/gen. They promise: an input that
// Decode accepts satisfies every constraint of the model; an output encodes to
// JSON that the strict AWS SDKs read.
package api

import (
	"net/http"
	"net/url"
)

//go:generate go run ./gen

// Request is one routed HTTP request as the decoders see it.
type Request struct {
	// PathValue returns a path parameter, unescaped, "" if there is none
	// (net/http.Request.PathValue).
	PathValue func(name string) string
	Query     url.Values
	Header    http.Header
	// Body is the whole body; empty counts as {}.
	Body []byte
}

// Path returns a path parameter, "" if there is none.
func (r *Request) Path(name string) string {
	if r.PathValue == nil {
		return ""
	}
	return r.PathValue(name)
}

// Location says where in a request a member travels.
type Location string

// The locations.
const (
	Nowhere Location = ""
	Path    Location = "path"
	Query   Location = "query"
	Header  Location = "header"
	Body    Location = "body"
)

// Member is a member of an input that names or carries an identifier.
type Member struct {
	// Path is the member's path with [] for list elements and {} for map
	// values, for instance "SearchCriteria.AndConditions[].QueueId".
	Path string
	In   Location
}

// Info is what is known about an operation without its types.
type Info struct {
	Name   string
	Method string
	// Path is the route in net/http.ServeMux's syntax.
	Path string
	// Supported says that the contract has the operation's types. The others
	// are known by their route only and answer fault.Unsupported.
	Supported bool
	// IdempotencyToken is the member with the idempotency token, "" if the
	// operation has none.
	IdempotencyToken string
	// InstanceIn says where the member InstanceId travels.
	InstanceIn Location
	// IDs are the members of the input, at any depth, whose name ends in Id,
	// Ids, Arn, Arns or Token.
	IDs []Member
}

// Pattern returns the operation's net/http.ServeMux pattern, "PUT /contact/chat".
func (i Info) Pattern() string { return i.Method + " " + i.Path }

// Input is a generated input: Decode reads it from a request and checks it.
// Errors are *fault.Error of the kinds Malformed and Invalid.
type Input interface {
	Decode(*Request) error
}

// Output is a generated structure: AppendJSON appends its JSON object.
type Output interface {
	AppendJSON([]byte) []byte
}
