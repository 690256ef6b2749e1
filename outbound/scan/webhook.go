package scan

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"parley/internal/fault"
	"parley/outbound/egress"
)

// webhook is told of a file and where to read it, and answers with a verdict.
type webhook struct {
	o   Options
	url string
}

const mostAnswer = 16 << 10

// Scan calls the webhook.
func (w webhook) Scan(ctx context.Context, f File) (Verdict, error) {
	body, err := json.Marshal(map[string]any{
		"type": "attachment.scan", "attachmentId": f.ID, "contactId": f.ContactID, "name": f.Name, "contentType": f.ContentType,
		"sizeInBytes": f.Size, "sha256": hex.EncodeToString(f.SHA256), "url": f.URL,
	})
	if err != nil {
		return Verdict{}, err
	}
	answer, err := w.o.Client.Do(ctx, egress.Request{
		URL: w.url, Header: http.Header{"Content-Type": {"application/json"}}, Body: body, MaxAnswer: mostAnswer,
		Sign: w.o.Secret.Webhook(f.ID, body), Tries: 3,
	})
	if err != nil {
		return Verdict{}, err
	}
	return read(answer)
}

func read(a egress.Answer) (Verdict, error) {
	if !a.OK() {
		return Verdict{}, fault.New(fault.Unavailable, "the scanner answered with status %d", a.Status)
	}
	var said struct{ Status, Finding string }
	if err := json.Unmarshal(a.Body, &said); err != nil {
		return Verdict{}, fault.New(fault.Rule, "the scanner's answer is no JSON object")
	}
	switch said.Status {
	case "APPROVED":
		return Verdict{Clean: true}, nil
	case "REJECTED":
		return Verdict{Finding: clip(said.Finding)}, nil
	}
	return Verdict{}, fault.New(fault.Rule, `the scanner's answer has no "status" of APPROVED or REJECTED`)
}
