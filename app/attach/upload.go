package attach

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/google/uuid"

	"parley/blob"
	"parley/domain/attachment"
	"parley/domain/change"
	"parley/domain/filetype"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/internal/token"
)

// Upload answers StartAttachmentUpload: a file's id, and the token of the URL that takes its bytes.
type Upload struct {
	ID     string
	Token  string
	Expiry time.Time
}

// Start begins an upload into the caller's chat (StartAttachmentUpload). The same
// client token again gets the first answer.
func (s *Service) Start(ctx context.Context, bearer string, f session.File, clientToken string) (Upload, error) {
	who, err := s.caller(ctx, bearer)
	if err != nil {
		return Upload{}, err
	}
	f.Participant = who.participant
	return s.start(ctx, who.session.InstanceID, who.session.ID, "StartAttachmentUpload", f, UploadLife, clientToken)
}

func (s *Service) start(ctx context.Context, instance, session, operation string, f session.File, life time.Duration, clientToken string) (Upload, error) {
	limits, err := s.o.Rules.FileLimits(ctx, instance, s.o.Limits)
	if err != nil {
		return Upload{}, err
	}
	f.ID, f.UploadBy = s.sessions.IDs.New("file", session), s.o.Clock.Now().Add(life).Truncate(time.Millisecond)
	id := uuidOf(f.ID)
	answer := binary.BigEndian.AppendUint64(id[:], uint64(f.UploadBy.UnixMilli()))
	first := onceFor(session, operation, f.Participant, clientToken, answer, f.Name, f.ContentType, strconv.FormatInt(f.Size, 10), f.ContactID)
	old, err := s.once(ctx, first, session, func(d attachment.Draft) error { return d.StartUpload(f, limits) })
	if err != nil {
		return Upload{}, err
	}
	if first != nil {
		answer = old
	}
	return s.upload(session, answer), nil
}

// upload makes what StartAttachmentUpload answers of what is kept of it: the same each time.
func (s *Service) upload(session string, answer []byte) Upload {
	id := uuid.UUID(answer[:16])
	u := Upload{ID: id.String(), Expiry: time.UnixMilli(int64(binary.BigEndian.Uint64(answer[16:]))).UTC()}
	u.Token = s.o.Tokens.Sign(token.Claims{Kind: token.Upload, Session: uuidOf(session), Expiry: u.Expiry, Extra: id[:]})
	return u
}

// Put takes the bytes of an upload. length is how many were announced, below 0 if nobody said.
func (s *Service) Put(ctx context.Context, uploadToken, contentType string, length int64, body io.Reader) error {
	id, file, err := s.opened(token.Upload, uploadToken)
	if err != nil {
		return err
	}
	if err := s.on(); err != nil {
		return err
	}
	snap, err := s.sessions.Current(ctx, id)
	if err != nil {
		return denied(err)
	}
	f, err := attachment.MayUpload(snap, file)
	if err != nil {
		return err
	}
	if !s.under.begin(file) {
		return fault.New(fault.Throttled, "The file is being uploaded already")
	}
	defer s.under.end(file)
	key, sum, err := s.take(ctx, snap.ID, f, contentType, length, body)
	if fault.Is(err, fault.Rule) {
		return s.refuse(ctx, snap.ID, file, err)
	}
	if err != nil {
		return err
	}
	_, err = s.decide(ctx, snap.ID, func(d attachment.Draft) error { return d.Uploaded(file, key, sum[:]) })
	if fault.Is(err, fault.Denied) { // other bytes came first: nothing names these
		return errors.Join(err, s.o.Blobs.Delete(context.WithoutCancel(ctx), key)) // also if the caller has gone
	}
	return denied(err) // where it is not known whether they count, the deadline finds out
}

// take checks the bytes while they come, and stores them.
func (s *Service) take(ctx context.Context, session string, f *session.File, contentType string, length int64, body io.Reader) (key string, sum [32]byte, err error) {
	kind := filetype.Stored(f.Name)
	if contentType != "" && !kind.Claimed(contentType) {
		return "", sum, fault.New(fault.Rule, "The upload must have the headers of HeadersToInclude: its Content-Type is another one")
	}
	if length >= 0 && length != f.Size {
		return "", sum, wrongSize(nil, f)
	}
	body = source{body}
	head := make([]byte, min(f.Size, filetype.HeadLen))
	if _, err := io.ReadFull(body, head); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "", sum, wrongSize(err, f)
	} else if err != nil {
		return "", sum, err
	}
	if err := kind.Matches(head); err != nil {
		return "", sum, err
	}
	key = prefix(session, f.ID) + uuid.NewString()
	sum, err = s.o.Blobs.Put(ctx, key, io.MultiReader(bytes.NewReader(head), body), f.Size)
	switch {
	case errors.Is(err, blob.ErrSize):
		return "", sum, wrongSize(err, f)
	case fault.Is(err, fault.Malformed):
		return "", sum, err
	case err != nil:
		return "", sum, fault.Wrap(fault.Unavailable, err, "The file could not be stored; try again")
	}
	return key, sum, nil
}

// source is what a caller sends: that it breaks off is the caller's fault.
type source struct{ io.Reader }

// Read reads on.
func (s source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = fault.Wrap(fault.Malformed, err, "The upload broke off")
	}
	return n, err
}

func wrongSize(err error, f *session.File) error {
	return fault.Wrap(fault.Rule, err, "The file that was uploaded does not have the announced %d bytes", f.Size)
}

// refuse keeps why bytes were not taken: some clients look at the upload's outcome
// only when they complete it.
func (s *Service) refuse(ctx context.Context, session, file string, why error) error {
	var told *fault.Error
	errors.As(why, &told)
	_, err := s.decide(ctx, session, func(d attachment.Draft) error {
		d.RefuseUpload(file, told.Message)
		return nil
	})
	return errors.Join(why, err)
}

// opened reads the token of a URL: the session and the file that it is good for.
func (s *Service) opened(kind token.Kind, text string) (session, file string, err error) {
	c, err := s.o.Tokens.Verify(kind, text, s.o.Clock.Now())
	if err != nil {
		return "", "", err
	}
	if len(c.Extra) < 16 {
		return "", "", fault.New(fault.Denied, "Access denied")
	}
	return uuid.UUID(c.Session).String(), uuid.UUID(c.Extra[:16]).String(), nil
}

// Complete says that an upload is done (CompleteAttachmentUpload): the chat is shown the
// file, or, where a scanner looks at it, that it is being looked at.
func (s *Service) Complete(ctx context.Context, bearer, file, clientToken string) error {
	who, err := s.caller(ctx, bearer)
	if err != nil {
		return err
	}
	first := onceFor(who.session.ID, "CompleteAttachmentUpload", who.participant, clientToken, nil, file)
	return s.complete(ctx, who.session, file, who.participant, first)
}

func (s *Service) complete(ctx context.Context, snap *session.Session, file, participant string, first *change.Once) error {
	if _, found, err := s.answered(ctx, first); err != nil || found {
		return err
	}
	f, err := attachment.MayComplete(snap, file, participant)
	if err != nil {
		return err
	}
	if err := s.sound(ctx, f); err != nil {
		return err
	}
	scanned := s.o.Scanner != nil
	_, err = s.once(ctx, first, snap.ID, func(d attachment.Draft) error { return d.CompleteUpload(file, participant, scanned) })
	if err != nil {
		return denied(err)
	}
	if scanned {
		s.announce(ctx, snap.ID, file)
	}
	return nil
}
