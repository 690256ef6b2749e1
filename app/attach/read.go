package attach

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"parley/blob"
	"parley/domain/filetype"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/internal/token"
)

// Download answers GetAttachment: the token of a URL, until when it is good, and how large the file is.
type Download struct {
	Token  string
	Expiry time.Time
	Size   int64
}

// forScanner marks the download of a file that is not approved yet.
const forScanner = 's'

// Get returns where the caller can read a file of its chat, or of one that the chat
// continues (GetAttachment). Everything else is fault.Denied.
func (s *Service) Get(ctx context.Context, bearer, file string, life time.Duration) (Download, error) {
	who, err := s.caller(ctx, bearer)
	if err != nil {
		return Download{}, err
	}
	if life == 0 {
		life = DownloadLife
	}
	home, f, err := s.find(ctx, who.session, file)
	switch {
	case err != nil:
		return Download{}, err
	case f.Status == session.FileApproved:
	case f.Status == session.FileInProgress:
		return Download{}, fault.New(fault.Rule, "The attachment is still being checked")
	case f.Status == session.FileRejected:
		return Download{}, fault.New(fault.Rule, "The attachment was rejected")
	default:
		return Download{}, noFile()
	}
	return s.download(home, f, life), nil
}

func noFile() error {
	return fault.New(fault.Denied, "Access denied: AttachmentId names no attachment of this chat")
}

func (s *Service) download(session string, f *session.File, life time.Duration) Download {
	link, expiry := s.sign(session, f.ID, life)
	return Download{link, expiry, f.Size}
}

// sign returns the token of a URL that reads a file.
func (s *Service) sign(session, file string, life time.Duration, marks ...byte) (text string, expiry time.Time) {
	id := uuidOf(file)
	expiry = s.o.Clock.Now().Add(life).Truncate(time.Millisecond)
	return s.o.Tokens.Sign(token.Claims{Kind: token.Download, Session: uuidOf(session), Expiry: expiry, Extra: append(id[:], marks...)}), expiry
}

// find looks for a file in a chat and in the parts of earlier chats that it shows.
func (s *Service) find(ctx context.Context, snap *session.Session, file string) (home string, f *session.File, err error) {
	if f := snap.File(file); f != nil && f.Participant != "" {
		return snap.ID, f, nil
	}
	for _, past := range snap.State.Past {
		old, err := s.sessions.Current(ctx, past.Session)
		if fault.Is(err, fault.NotFound) { // erased meanwhile
			continue
		}
		if err != nil {
			return "", nil, err
		}
		f := old.File(file)
		if f != nil && f.Participant != "" && slices.Contains(past.Contacts, f.ContactID) {
			return old.ID, f, nil
		}
	}
	return "", nil, noFile()
}

// Body is a file as it is served.
type Body struct {
	io.ReadCloser
	Name        string
	ContentType string // that of the type, whatever was claimed
	Size        int64
}

// Open reads the file that a download URL is good for, if it is still to be had.
func (s *Service) Open(ctx context.Context, downloadToken string) (Body, error) {
	id, file, err := s.opened(token.Download, downloadToken)
	if err != nil {
		return Body{}, err
	}
	snap, err := s.sessions.Current(ctx, id)
	if err != nil {
		return Body{}, denied(err)
	}
	f := snap.File(file)
	if f == nil || s.o.Blobs == nil || f.Status != session.FileApproved && !s.scans(downloadToken, f) {
		return Body{}, fault.New(fault.Denied, "Access denied: the file is not to be had any more")
	}
	body, size, err := s.o.Blobs.Open(ctx, f.Key)
	switch {
	case errors.Is(err, blob.ErrNone):
		return Body{}, fault.Wrap(fault.Denied, err, "Access denied: the file is not to be had any more")
	case err != nil:
		return Body{}, fault.Wrap(fault.Unavailable, err, "The file cannot be read now; try again")
	case size != f.Size:
		return Body{}, errors.Join(fault.New(fault.Internal, "the file has %d bytes and had %d", size, f.Size), body.Close())
	}
	return Body{body, f.Name, filetype.Stored(f.Name).Content, size}, nil
}

// scans reports whether the token is a scanner's and the file waits for it.
func (s *Service) scans(downloadToken string, f *session.File) bool {
	c, err := s.o.Tokens.Verify(token.Download, downloadToken, s.o.Clock.Now())
	return err == nil && len(c.Extra) == 17 && c.Extra[16] == forScanner && f.Status == session.FileInProgress
}
