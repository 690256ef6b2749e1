package attach

import (
	"context"
	"io"
	"log/slog"
	"sync"

	"parley/domain/attachment"
	"parley/domain/change"
	"parley/domain/session"
	"parley/outbound/scan"
)

// scanners is how many files one node has scanned at a time (our choice).
const scanners = 8

// announce shows the chat that a file is being looked at, and has it looked at.
func (s *Service) announce(ctx context.Context, id, file string) {
	snap, err := s.sessions.Current(ctx, id)
	if err == nil {
		if item, ok := attachment.Scanning(snap, file); ok {
			s.sessions.Push(ctx, id, item)
		}
	}
	s.look(job{id, file})
}

// look asks for a scan; one that finds no room is asked for again by its deadline.
func (s *Service) look(j job) {
	select {
	case s.toScan <- j:
	default:
	}
}

// Run scans files until ctx ends.
func (s *Service) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	for range scanners {
		all.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case j := <-s.toScan:
					s.scan(ctx, j)
				}
			}
		})
	}
}

// scan has one file scanned and says what was found. A scan that failed is made again by the file's deadline.
func (s *Service) scan(ctx context.Context, j job) {
	snap, err := s.sessions.Current(ctx, j.session)
	if err != nil {
		s.o.Log.WarnContext(ctx, "a file cannot be scanned yet", slog.String("file", j.file), slog.Any("error", err))
		return
	}
	f := snap.File(j.file)
	if f == nil || f.Status != session.FileInProgress || s.o.Scanner == nil {
		return
	}
	verdict, err := s.ask(ctx, snap.ID, f)
	if err == nil {
		_, err = s.decide(ctx, snap.ID, func(d attachment.Draft) error {
			d.Verdict(f.ID, verdict.Clean)
			return nil
		})
	}
	switch {
	case err != nil && ctx.Err() == nil:
		s.o.Log.WarnContext(ctx, "a file could not be scanned; it is tried again", slog.String("file", f.ID), slog.Any("error", err))
	case err == nil && !verdict.Clean:
		s.o.Log.InfoContext(ctx, "a file was rejected", slog.String("file", f.ID), slog.String("contact", f.ContactID), slog.String("finding", verdict.Finding))
	}
}

func (s *Service) ask(ctx context.Context, id string, f *session.File) (scan.Verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, attachment.ScanWithin)
	defer cancel()
	subject := scan.File{
		ID: f.ID, ContactID: f.ContactID, Name: f.Name, ContentType: f.ContentType, Size: f.Size, SHA256: f.SHA256,
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			body, _, err := s.o.Blobs.Open(ctx, f.Key)
			return body, err
		},
	}
	if s.o.Link != nil {
		link, _ := s.sign(id, f.ID, DownloadLife, forScanner)
		subject.URL = s.o.Link(link)
	}
	return s.o.Scanner.Scan(ctx, subject)
}

// HandleDue handles the deadlines of files (attachment.DueFile, attachment.DueScan).
func (s *Service) HandleDue(ctx context.Context, ref change.DueRef) error {
	if ref.Kind == attachment.DueScan {
		return s.scanAgain(ctx, ref)
	}
	return s.sweep(ctx, ref)
}

func (s *Service) scanAgain(ctx context.Context, ref change.DueRef) error {
	again := false
	_, err := s.sessions.DecideDue(ctx, ref, s.rule(ctx, func(d attachment.Draft) error {
		again = d.ScanAgain(ref)
		return nil
	}))
	if err == nil && again {
		s.look(job{ref.Owner, ref.Subject})
	}
	return err
}

// sweep ends an upload that was never completed, deletes what came for a file and
// is not needed, and only then forgets a file that was discarded.
func (s *Service) sweep(ctx context.Context, ref change.DueRef) error {
	if s.o.Blobs == nil { // another node has them, or this one later
		_, err := s.sessions.DecideDue(ctx, ref, s.rule(ctx, func(d attachment.Draft) error {
			d.Later(ref)
			return nil
		}))
		return err
	}
	keep := ""
	res, err := s.sessions.DecideDue(ctx, ref, s.rule(ctx, func(d attachment.Draft) error {
		d.Abandon(ref.Subject)
		keep = d.Needed(ref.Subject)
		return nil
	}))
	if err != nil || res.Version == 0 { // nothing was committed: what is needed is not known
		return err
	}
	if err := s.delete(ctx, prefix(ref.Owner, ref.Subject), keep); err != nil {
		return err
	}
	_, err = s.sessions.DecideDue(ctx, ref, s.rule(ctx, func(d attachment.Draft) error {
		d.Swept(ref)
		return nil
	}))
	return err
}
