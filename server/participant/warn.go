package participant

import (
	"context"
	"log/slog"
	"strings"
)

// OpensInChatjs reports whether amazon-connect-chatjs opens the websockets of a
// server that is reached under a base URL: it takes wss:// anywhere, and ws:// at 127.0.0.1 with a port only.
func OpensInChatjs(base string) bool {
	return strings.HasPrefix(base, "https://") || strings.HasPrefix(base, "http://127.0.0.1:")
}

// RefusedByChatjs says so in the log, and what helps.
const RefusedByChatjs = "amazon-connect-chatjs will refuse the websocket URLs: it opens wss://, and ws:// at 127.0.0.1 only; " +
	"give --tls-cert and --tls-key, or a proxy that speaks TLS with --behind-proxy, or --public-url https://…"

// warn says once that a caller was given a URL that chatjs refuses. Other clients take it.
func (s *Server) warn(ctx context.Context, base string) {
	if OpensInChatjs(base) {
		return
	}
	s.told.Do(func() { s.edge.Log.WarnContext(ctx, RefusedByChatjs, slog.String("reached_at", base)) })
}
