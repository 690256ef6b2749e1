package workspace

import (
	"encoding/base64"
	"encoding/json"
)

// sealed makes a text of something that a browser keeps for us, and can neither read nor change.
func (s *Server) sealed(name string, value any) (string, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(s.o.Sealer.Seal(name, raw)), nil
}

// unsealed reads what was sealed for a name into value; false if the text is no such thing.
func (s *Server) unsealed(name, text string, value any) bool {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	raw, err := s.o.Sealer.Open(name, sealed)
	return err == nil && json.Unmarshal(raw, value) == nil
}
