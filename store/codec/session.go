package codec

import (
	"encoding/json"
	"fmt"

	"parley/domain/record"
	"parley/domain/session"
)

// EncodeState encodes the state document of a session.
func EncodeState(s *session.State) ([]byte, error) { return encodeJSON("state", s) }

// DecodeState decodes what EncodeState encoded.
func DecodeState(b []byte) (session.State, error) { return decodeJSON[session.State]("state", b) }

// EncodeAttributes encodes the attributes of a session.
func EncodeAttributes(a map[string]string) ([]byte, error) { return encodeJSON("attributes", a) }

// DecodeAttributes decodes what EncodeAttributes encoded.
func DecodeAttributes(b []byte) (map[string]string, error) {
	return decodeJSON[map[string]string]("attributes", b)
}

// EncodeFlow encodes the running flow of a session; nil stays nil.
func EncodeFlow(f *session.Flow) ([]byte, error) { return encodeJSON("flow", f) }

// DecodeFlow decodes what EncodeFlow encoded.
func DecodeFlow(b []byte) (*session.Flow, error) { return decodeJSON[*session.Flow]("flow", b) }

func encodeJSON(what string, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", what, err)
	}
	return Seal(b), nil
}

func decodeJSON[T any](what string, b []byte) (v T, err error) {
	payload, err := Unseal(b)
	if err != nil {
		return v, fmt.Errorf("decode %s: %w", what, err)
	}
	if err := json.Unmarshal(payload, &v); err != nil {
		return v, fmt.Errorf("decode %s: %w: %w", what, ErrCorrupt, err)
	}
	return v, nil
}

// EncodeRecord encodes the record of a contact.
func EncodeRecord(r *record.Record) ([]byte, error) { return encodeJSON("record", r) }

// DecodeRecord decodes what EncodeRecord encoded.
func DecodeRecord(b []byte) (record.Record, error) { return decodeJSON[record.Record]("record", b) }
