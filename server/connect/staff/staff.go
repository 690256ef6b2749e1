// Package staff serves the Amazon Connect operations on the people of an instance:
// users, security and routing profiles, statuses, hierarchy, predefined attributes
// and proficiencies. It translates and holds no rules.
//
// It guarantees: nothing that is known of a password is ever answered.
package staff

import (
	"parley/api/connect"
	"parley/app/people"
	"parley/server/connect/request"
)

// Server serves the operations.
type Server struct {
	connect.Unimplemented
	*request.Reader
	people *people.Service
}

// New returns a server.
func New(reader *request.Reader, service *people.Service) *Server {
	return &Server{Reader: reader, people: service}
}
