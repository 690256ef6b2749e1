// Package flows serves the Amazon Connect operations on what chats run and show, for package server/connect, which embeds
// them: flows, their modules, views, prompts, and the test cases of flows. It translates and holds no rules.
//
// It guarantees: a content is answered as it was given, to the byte.
package flows

import (
	"parley/app/admin"
	"parley/server/connect/request"
)

// Flows are the operations. Use New.
type Flows struct {
	*request.Reader
	admin *admin.Service
}

// New returns the operations.
func New(reader *request.Reader, service *admin.Service) *Flows {
	return &Flows{reader, service}
}
