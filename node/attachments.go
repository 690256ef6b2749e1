package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"

	"parley/app/attach"
	"parley/blob"
	"parley/blob/disk"
	"parley/blob/s3"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/node/datadir"
	"parley/outbound/egress"
	"parley/outbound/scan"
	"parley/outbound/signed"
	"parley/server/participant"
)

// Attachments says where attached files are kept, and who looks at them.
type Attachments struct {
	// Place is "disk" (in the data directory), another directory, s3://BUCKET… (see blob/s3.ParsePlace), or "off".
	// Empty = disk, or off where several nodes may share the store.
	Place   string
	Scanner string // see scan.New; empty = none

	AccessKeyID, SecretAccessKey, SessionToken string // of the bucket
}

// Where files can be kept, beside directories and buckets.
const (
	placeDisk = "disk"
	placeOff  = "off"
)

// attachments is where the files of this server are kept.
func (c Config) attachments() string {
	switch {
	case c.Attachments.Place != "":
		return c.Attachments.Place
	case c.shared():
		return placeOff
	}
	return placeDisk
}

func (c Config) checkAttachments() error {
	place := c.attachments()
	if !s3.IsPlace(place) {
		if strings.Contains(place, "://") {
			return fmt.Errorf("--attachments: off, disk, a directory or s3://BUCKET is needed")
		}
		return nil
	}
	if _, err := s3.ParsePlace(place, c.Region); err != nil {
		return fmt.Errorf("--attachments: %w", err)
	}
	if c.Attachments.AccessKeyID == "" || c.Attachments.SecretAccessKey == "" {
		return errors.New("--attachments s3://… needs PARLEY_ATTACHMENTS_ACCESS_KEY_ID and PARLEY_ATTACHMENTS_SECRET_ACCESS_KEY")
	}
	return nil
}

// openBlobs opens where files are kept, nil if they are nowhere.
func (n *Node) openBlobs(ctx context.Context) (blob.Store, error) {
	place := n.cfg.attachments()
	if place == placeOff {
		return nil, nil
	}
	blobs, err := OpenBlobs(place, n.cfg.Data, n.cfg.Region, n.cfg.Attachments)
	if err != nil {
		return nil, fmt.Errorf("--attachments: %w", err)
	}
	if err := n.samePlace(ctx, blobs); err != nil {
		return nil, fmt.Errorf("--attachments %s: %w", clip(place), err)
	}
	return blobs, nil
}

// OpenBlobs opens a place for attached files: "disk", a directory or s3://….
func OpenBlobs(place, data, region string, keys Attachments) (blob.Store, error) {
	switch {
	case place == placeDisk:
		return disk.OpenAlone(filepath.Join(data, datadir.Attachments))
	case s3.IsPlace(place):
		p, err := s3.ParsePlace(place, region)
		if err != nil {
			return nil, err
		}
		spool, err := emptySpool(data)
		if err != nil {
			return nil, err
		}
		return s3.New(p, s3.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey, SessionToken: keys.SessionToken}, spool), nil
	}
	return disk.Open(place)
}

// emptySpool makes the directory of what is on its way to a bucket; what a process that died left there goes.
func emptySpool(data string) (string, error) {
	spool := filepath.Join(data, datadir.Spool)
	if err := os.RemoveAll(spool); err != nil {
		return "", err
	}
	return spool, os.MkdirAll(spool, 0o700)
}

// The store and the place of its files have one id, by which each node knows that it has both of one installation.
const (
	kindPlace = "attachments-place"
	placeID   = "place"
)

// samePlace refuses a place that is not the one in which the files of the store's chats
// are: a directory that is not shared, another bucket, or the data of one installation and the files of another.
func (n *Node) samePlace(ctx context.Context, blobs blob.Store) error {
	known, err := n.store.Resource(ctx, "", kindPlace, placeID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	mark, err := readMark(ctx, blobs)
	switch {
	case err != nil:
		return err
	case known != nil && mark == string(known.Document):
		return nil
	case known != nil && (mark != "" || n.cfg.shared()):
		return errors.New("this is not where the attachments of this database are kept: all servers on it need the same bucket, " +
			"or a directory that they share; if the files were moved, move the one named " + blob.Mark + " with them")
	}
	return n.newPlace(ctx, blobs, known, mark)
}

// newPlace gives a place the store's id, or both a new one.
func (n *Node) newPlace(ctx context.Context, blobs blob.Store, known *change.Resource, mark string) error {
	switch {
	case known != nil: // it was emptied, or never moved here
		n.log.Warn("the attachments of earlier chats are not here: where are they?")
		return writeMark(ctx, blobs, string(known.Document))
	case mark == "":
		mark = uuid.NewString()
		if err := writeMark(ctx, blobs, mark); errors.Is(err, blob.ErrTaken) { // another node was faster
			return n.samePlace(ctx, blobs)
		} else if err != nil {
			return err
		}
	}
	row := change.Resource{Kind: kindPlace, ID: placeID, Document: []byte(mark)}
	_, err := n.store.Commit(ctx, &change.Set{ID: uuid.NewString(), At: n.clock.Now(), Resources: []change.Resource{row}})
	if fault.Is(err, fault.Duplicate) || fault.Is(err, fault.Conflict) { // another node was faster
		return n.samePlace(ctx, blobs)
	}
	return err
}

const mostMark = 64

// readMark returns a place's id, "" if it has none.
func readMark(ctx context.Context, blobs blob.Store) (string, error) {
	body, _, err := blobs.Open(ctx, blob.Mark)
	if errors.Is(err, blob.ErrNone) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	raw, err := io.ReadAll(io.LimitReader(body, mostMark))
	return string(raw), errors.Join(err, body.Close())
}

func writeMark(ctx context.Context, blobs blob.Store, mark string) error {
	_, err := blobs.Put(ctx, blob.Mark, strings.NewReader(mark), int64(len(mark)))
	return err
}

// wireFiles makes what serves attached files.
func (n *Node) wireFiles(blobs blob.Store) {
	n.files = attach.New(attach.Options{
		Sessions: n.sessions, Clock: n.clock, Tokens: n.tokens, Blobs: blobs, Limits: n.settings.files, Rules: n.admin, Scanner: n.scanner,
		Link: func(token string) string { return participant.FileURL(n.reachedAt(), token) }, StrictTokens: n.settings.strictTokens, Log: n.log,
	})
}

// reachedAt is the URL under which others reach the server, as far as it was told.
func (n *Node) reachedAt() string {
	if n.cfg.PublicURL != "" {
		return n.cfg.PublicURL
	}
	return n.localURL()
}

// openScanner makes what looks at attached files; nil if nothing does.
func (c Config) openScanner(client *egress.Client, policy egress.Policy, secret signed.Secret) (scan.Scanner, error) {
	if c.Attachments.Scanner == "" {
		return nil, nil
	}
	s, err := scan.New(c.Attachments.Scanner, scan.Options{Client: client, Policy: policy, Secret: secret})
	if err != nil {
		return nil, fmt.Errorf("--scanner: %w", err)
	}
	return s, nil
}
