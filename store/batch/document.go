package batch

import (
	"parley/domain/change"
	"parley/domain/session"
	"parley/store/codec"
)

// SetDocument decodes one part of a session into it: the inverse of what a
// Request encodes. It keeps nothing of doc.
func SetDocument(s *session.Session, part change.Parts, doc []byte) (err error) {
	switch part {
	case change.State:
		s.State, err = codec.DecodeState(doc)
	case change.Attributes:
		s.Attributes, err = codec.DecodeAttributes(doc)
	case change.Flow:
		s.Flow, err = codec.DecodeFlow(doc)
	}
	return err
}
