package attach

import (
	"context"
	"time"

	"parley/domain/attachment"
	"parley/domain/filetype"
	"parley/domain/session"
	"parley/internal/fault"
)

// StartOutside begins an upload to a contact from outside the chat (StartAttachedFileUpload).
// f has what the caller said, its ContactID included.
func (s *Service) StartOutside(ctx context.Context, instance string, f session.File, life time.Duration, clientToken string) (*session.File, Upload, error) {
	if err := s.on(); err != nil {
		return nil, Upload{}, err
	}
	id, err := s.sessionOf(ctx, instance, f.ContactID)
	if err != nil {
		return nil, Upload{}, err
	}
	if life == 0 {
		life = UploadLife
	}
	up, err := s.start(ctx, instance, id, "StartAttachedFileUpload", f, life, clientToken)
	if err != nil {
		return nil, up, err
	}
	_, made, err := s.Attached(ctx, instance, f.ContactID, up.ID)
	return made, up, err
}

// CompleteOutside says that an upload from outside is done (CompleteAttachedFileUpload). Said
// again of a file that is done it is no error: the operation has no client token.
func (s *Service) CompleteOutside(ctx context.Context, instance, contactID, file string) error {
	snap, f, err := s.Attached(ctx, instance, contactID, file)
	switch {
	case err != nil:
		return err
	case f.Participant != "":
		return noAttachedFile() // that of a participant, who completes it
	case f.Status != session.FileAwaited && f.Status != session.FileUploaded:
		return nil
	}
	return s.complete(ctx, snap, file, "", nil)
}

// Attached returns a file of a contact, from outside or of a participant, with its session (GetAttachedFile).
func (s *Service) Attached(ctx context.Context, instance, contactID, file string) (*session.Session, *session.File, error) {
	id, err := s.sessionOf(ctx, instance, contactID)
	if err != nil {
		return nil, nil, err
	}
	snap, err := s.sessions.Current(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	f := snap.File(file)
	if f == nil || f.ContactID != contactID || f.Status == session.FileDiscarded {
		return nil, nil, noAttachedFile()
	}
	return snap, f, nil
}

// Link returns where an approved file can be read; nil for every other.
func (s *Service) Link(snap *session.Session, f *session.File, life time.Duration) *Download {
	if f.Status != session.FileApproved {
		return nil
	}
	if life == 0 {
		life = DownloadLife
	}
	d := s.download(snap.ID, f, life)
	return &d
}

// Remove deletes a file of a contact (DeleteAttachedFile): from now on nobody reads it, and its bytes go. Where it
// was shown, the transcript goes on saying so.
func (s *Service) Remove(ctx context.Context, instance, contactID, file string) error {
	snap, _, err := s.Attached(ctx, instance, contactID, file)
	if err != nil {
		return err
	}
	_, err = s.decide(ctx, snap.ID, func(d attachment.Draft) error { return d.Discard(file) })
	return err
}

func noAttachedFile() error { return fault.New(fault.NotFound, "FileId: the resource was not found") }

func (s *Service) sessionOf(ctx context.Context, instance, contactID string) (string, error) {
	id, err := s.sessions.ChatOf(ctx, instance, contactID)
	if fault.Is(err, fault.NotFound) {
		return "", fault.Wrap(fault.NotFound, err, "AssociatedResourceArn: the resource was not found")
	}
	return id, err
}

// ContentType returns that of a file of which only the name is said.
func ContentType(name string) (string, error) {
	kind := filetype.Stored(name)
	_, err := filetype.Of(name, kind.Content)
	return kind.Content, err
}
