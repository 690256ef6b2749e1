package interp

import "encoding/json"

// encode writes what the run keeps or sends. Nothing that a flow builds fails here, its
// depth is bounded; what a World gave may, and then the run ends: see excess.
func (m *machine) encode(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	m.unwritten = m.unwritten || err != nil
	return raw
}

// encodeTexts writes texts by name, which always encode.
func encodeTexts(texts map[string]string) json.RawMessage {
	raw, _ := json.Marshal(texts)
	return raw
}
