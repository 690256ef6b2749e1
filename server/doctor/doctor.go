// Package doctor serves what happened to a contact, and the last refusals of
// the whole server, under /parley/doctor: what `parley doctor` calls.
//
// It guarantees: only an access key without limits may ask; nothing here writes.
package doctor

import (
	"net/http"

	"parley/app/story"
	"parley/server/edge"
	"parley/server/keys"
)

// Path is where it is served.
const Path = "/parley/doctor"

// Ask names a contact; without one the last refusals are told.
type Ask struct {
	Instance string `json:"instance"`
	Contact  string `json:"contact"`
}

// Answer is one of these.
type Answer struct {
	Story    *story.Story `json:"story,omitempty"`
	Refusals []story.Line `json:"refusals,omitempty"`
}

// Register adds the route.
func Register(signed keys.Signed, r *edge.Router, stories *story.Service) {
	ask := keys.Asked(func(r *http.Request, in Ask) (any, error) {
		if in.Contact == "" {
			return Answer{Refusals: stories.Refusals(in.Instance)}, nil
		}
		told, err := stories.Of(r.Context(), in.Instance, in.Contact)
		return Answer{Story: &told}, err
	})
	signed.Handle(r, "POST "+Path, "doctor", "Doctor", ask)
}
