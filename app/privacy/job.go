package privacy

import (
	"encoding/json"
	"time"

	"parley/domain/change"
	"parley/internal/fault"
)

// job is an erasure under way, as it is stored.
type job struct {
	ID       string    `json:"-"`
	Instance string    `json:"-"`
	version  int64     // of its row, 0 = new
	At       time.Time `json:"at"` // what begins later is not meant
	Contact  string    `json:"contact,omitempty"`
	Customer string    `json:"customer,omitempty"`
	// Chats are being erased: with them it begins again. Contacts are theirs.
	Chats    []string `json:"chats,omitempty"`
	Contacts []string `json:"contacts,omitempty"`
	Erased   int      `json:"erased"`         // chats so far
	Clean    bool     `json:"clean"`          // nothing is left but to scrub
	Quiet    bool     `json:"quiet,omitzero"` // of a rule: the audit log is told otherwise
}

func (j *job) whom() whom { return whom{j.Instance, j.Contact, j.Customer, j.At} }

func (j *job) due() change.DueKey {
	return change.DueKey{Owner: j.ID, Kind: DueErase, Subject: j.Instance}
}

// row is the stored form over the one that stands.
func (j *job) row() change.Resource {
	document, _ := json.Marshal(j) // nothing in it can fail to encode
	return change.Resource{Instance: j.Instance, Kind: kindErasure, ID: j.ID, Version: j.version, Document: document}
}

func readJob(r *change.Resource) (*job, error) {
	j := &job{ID: r.ID, Instance: r.Instance, version: r.Version}
	if err := json.Unmarshal(r.Document, j); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "an erasure cannot be read")
	}
	return j, nil
}
