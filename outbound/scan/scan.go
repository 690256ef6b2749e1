// Package scan asks a scanner whether an attached file may be let through: a
// clamd, by its own protocol, or a webhook.
//
// It guarantees: a file passes only if the scanner said so in as many words. An answer that is
// not understood, a scanner that is away or stops half-way are errors, never a yes.
package scan

import (
	"context"
	"fmt"
	"io"
	"strings"

	"parley/outbound/egress"
	"parley/outbound/signed"
)

// File is what is scanned.
type File struct {
	ID, ContactID     string
	Name, ContentType string
	Size              int64 // bytes
	SHA256            []byte
	// Open reads the bytes.
	Open func(ctx context.Context) (io.ReadCloser, error)
	// URL is where a scanner that is called over HTTP reads them, for as long as a scan may take.
	URL string
}

// Verdict is what a scanner found.
type Verdict struct {
	Clean   bool
	Finding string // the scanner's name for what it found; for the log
}

// Scanner looks at files. It is safe for concurrent use.
type Scanner interface {
	Scan(ctx context.Context, f File) (Verdict, error)
}

// Options are what scanners are called with.
type Options struct {
	Client *egress.Client
	Policy egress.Policy
	Secret signed.Secret // signs webhooks
}

// New reads which scanner is used: clamd:/PATH of a socket, clamd:HOST:PORT or
// webhook:URL. Nothing is called yet.
func New(text string, o Options) (Scanner, error) {
	kind, at, _ := strings.Cut(text, ":")
	switch {
	case kind == "clamd" && strings.HasPrefix(at, "/"):
		return clamd{"unix", at}, nil
	case kind == "clamd" && strings.Contains(at, ":"):
		return clamd{"tcp", at}, nil
	case kind == "webhook":
		return webhook{o, at}, o.Policy.Check(at)
	}
	return nil, fmt.Errorf("clamd:/run/clamav/clamd.ctl, clamd:HOST:PORT or webhook:URL is needed")
}

// clip bounds what is kept of a scanner's words.
func clip(s string) string {
	const most = 100
	return strings.ToValidUTF8(s[:min(most, len(s))], "")
}
