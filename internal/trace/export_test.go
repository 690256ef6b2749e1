package trace

import "encoding/hex"

// TraceID returns the trace of a span.
func (s *Span) TraceID() string { return hex.EncodeToString(s.trace[:]) }
