// Package s3 keeps blobs in a bucket of Amazon S3, or of what speaks its
// protocol: all nodes of an installation, wherever they run, use the same one.
//
// It guarantees: what is sent carries its SHA-256, under which the service takes it or
// refuses it; a Put replaces nothing (a conditional write) and sends nothing before all
// announced bytes are there. Durability is what the service promises of a 200.
package s3

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"parley/blob"
)

// Store is a bucket, or what is below a prefix in it. Use New.
type Store struct {
	client *s3.Client
	place  Place
	spool  string
}

// Credentials sign the calls.
type Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }

// New returns the store of a place. spool is a directory for the bytes that
// are on their way: at most one file for each upload that goes on. Nothing is called yet.
func New(p Place, c Credentials, spool string) *Store {
	keys := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}, nil
	})
	o := s3.Options{
		Region: p.Region, Credentials: keys, UsePathStyle: p.PathStyle,
		// We send the SHA-256 ourselves; services other than Amazon's do not know the checksums that the client would add.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	}
	if p.Endpoint != "" {
		o.BaseEndpoint = &p.Endpoint
	}
	return &Store{client: s3.New(o), place: p, spool: spool}
}

func (s *Store) name(key string) *string { return aws.String(s.place.Prefix + key) }

// Put stores bytes: they are gathered in a file first, so that the service gets all of them or none.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, size int64) (sum [sha256.Size]byte, err error) {
	if err := blob.CheckKey(key); err != nil {
		return sum, err
	}
	f, err := os.CreateTemp(s.spool, "upload-*") // 0600
	if err != nil {
		return sum, err
	}
	defer func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }()
	exact := blob.NewExact(r, size)
	if _, err := io.Copy(f, exact); err != nil {
		return sum, err
	}
	sum = exact.Sum()
	return sum, s.send(ctx, key, f, size, sum)
}

// tries is how often bytes are sent where the service says that another
// change to the bucket was in the way (409), which S3 asks to try again.
const tries = 5

func (s *Store) send(ctx context.Context, key string, f *os.File, size int64, sum [sha256.Size]byte) error {
	for try := 1; ; try++ {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: &s.place.Bucket, Key: s.name(key), Body: f, ContentLength: &size, IfNoneMatch: aws.String("*"),
			ContentType: aws.String("application/octet-stream"), ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
		})
		if try == tries || !conflict(err) {
			return told(err)
		}
	}
}

func conflict(err error) bool {
	var answer *smithyhttp.ResponseError
	return errors.As(err, &answer) && answer.HTTPStatusCode() == http.StatusConflict
}

// Open reads bytes.
func (s *Store) Open(ctx context.Context, key string) (io.ReadCloser, int64, error) {
	if err := blob.CheckKey(key); err != nil {
		return nil, 0, err
	}
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.place.Bucket, Key: s.name(key)})
	if err != nil {
		return nil, 0, told(err)
	}
	return out.Body, aws.ToInt64(out.ContentLength), nil
}

// Delete takes bytes away.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := blob.CheckKey(key); err != nil {
		return err
	}
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.place.Bucket, Key: s.name(key)})
	if err = told(err); errors.Is(err, blob.ErrNone) {
		return nil
	}
	return err
}

// mostListed is what the service lists at a time.
const mostListed = 1000

// List lists keys.
func (s *Store) List(ctx context.Context, prefix, after string, limit int) (found []blob.Info, err error) {
	for len(found) < limit {
		in := &s3.ListObjectsV2Input{Bucket: &s.place.Bucket, Prefix: s.name(prefix), MaxKeys: aws.Int32(int32(min(limit-len(found), mostListed)))}
		if after != "" {
			in.StartAfter = s.name(after)
		}
		out, err := s.client.ListObjectsV2(ctx, in)
		if err != nil {
			return nil, told(err)
		}
		for i := range out.Contents {
			o := &out.Contents[i]
			after = strings.TrimPrefix(aws.ToString(o.Key), s.place.Prefix)
			if blob.CheckKey(after) == nil { // else it is somebody else's
				found = append(found, blob.Info{Key: after, Size: aws.ToInt64(o.Size), At: aws.ToTime(o.LastModified)})
			}
		}
		if !aws.ToBool(out.IsTruncated) || len(out.Contents) == 0 {
			break
		}
	}
	return found, nil
}

// told says in the port's words what the service answered.
func told(err error) error {
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) {
		return err
	}
	var api smithy.APIError
	switch answer.HTTPStatusCode() {
	case http.StatusNotFound:
		if errors.As(err, &api) && api.ErrorCode() == "NoSuchBucket" {
			return err
		}
		return errors.Join(blob.ErrNone, err)
	case http.StatusPreconditionFailed:
		return errors.Join(blob.ErrTaken, err)
	}
	return err
}
