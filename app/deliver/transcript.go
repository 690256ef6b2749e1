package deliver

import (
	"bytes"
	"context"

	"parley/domain/filed"
	"parley/domain/session"
	"parley/domain/streaming"
	"parley/outbound/sink"
	"parley/work"
)

// transcriptType is the type of the entry of a transcript file.
const transcriptType = "TRANSCRIPT"

// transcribed is the transcript of a contact that has ended as a message: what was said in it, but for what only its author saw
// and what passed.
func (s *Service) transcribed(ctx context.Context, snap *session.Session, k *session.Contact, e *entry) (sink.Message, error) {
	var body bytes.Buffer
	f := filed.NewTranscript(&body, filed.Head{Account: s.Home.Account, Instance: snap.InstanceID, Initial: snap.ID, Contact: k.ID})
	for item, err := range work.ItemsOf(ctx, s.Sessions.Store, snap.ID, k) {
		if err == nil && !item.Passing() && streaming.Shown(item) {
			err = f.Add(item)
		}
		if err != nil {
			return sink.Message{}, err
		}
	}
	err := f.End()
	at := e.At.UTC()
	return sink.Message{
		ID: e.ID, Group: snap.ID, Type: "Amazon Connect Chat Transcript", Body: body.Bytes(), At: e.At,
		Path: "ChatTranscripts/" + at.Format("2006/01/02/") + k.ID + at.Format("_20060102T15:04_UTC") + ".json",
	}, err
}
