// Package setup serves what an instance has beside the Amazon Connect API, under /parley/instances/: quick responses, widgets, and
// how its agents work. It is what `parley export` and `parley import` call.
//
// It guarantees: only an access key without limits may ask; members have the names of Amazon Connect where it has such a thing; a widget's keys
// are neither told nor taken.
package setup

import (
	"bytes"
	"encoding/json"
	"net/http"

	"parley/api"
	"parley/app/admin"
	"parley/app/responses"
	"parley/app/widget"
	"parley/internal/fault"
	"parley/server/edge"
	"parley/server/keys"
	"parley/work/resource"
)

// Operation is one that is served here.
type Operation struct {
	api.Info
	// Decode checks an input as far as that is possible without the instance; nil = there is none.
	Decode func(body []byte) error
	do     func(*Server, *http.Request, []byte) (any, error)
}

// Operations are all of them. They are called as those of Amazon Connect are.
func Operations() []Operation {
	return append(append(responseOperations(), widgetOperations()...), practiceOperations()...)
}

// Server serves them.
type Server struct {
	Admin     *admin.Service
	Responses *responses.Service
	Widgets   *widget.Service
	Resources *resource.Store
}

// Register adds the routes.
func (s *Server) Register(signed keys.Signed, r *edge.Router) {
	for _, op := range Operations() {
		answer := func(r *http.Request, body []byte) (any, error) {
			if err := s.Admin.Exists(r.Context(), instanceOf(r)); err != nil {
				return nil, err
			}
			return op.do(s, r, body)
		}
		signed.Handle(r, op.Pattern(), "setup", op.Name, answer)
	}
}

func instanceOf(r *http.Request) string { return r.PathValue("InstanceId") }

// operation is one below the path of an instance.
func operation(name, method, path string) api.Info {
	return api.Info{Name: name, Method: method, Path: "/parley/instances/{InstanceId}/" + path}
}

// read decodes a body; members that are not there are refused.
func read(body []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fault.Wrap(fault.Invalid, err, "The body is not the JSON that was expected: %v", err)
	}
	return nil
}

// done is the answer to what has nothing to tell.
type done struct{}
