package participant

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/api/participant"
	"parley/app/attach"
	"parley/domain/attachment"
	"parley/domain/session"
	"parley/server/edge"
)

// FilesPath is where files are put and read, each with a token in the query that is the whole permission.
const FilesPath = "/attachments"

// FileURL returns the URL of an upload or a download.
func FileURL(base, token string) string { return base + FilesPath + "?token=" + token }

// HeadersToInclude are what the client sends with a file, as it was told (UploadMetadata): browsers
// send every other header that Amazon's URLs want, Content-Length, by themselves.
func HeadersToInclude(contentType string) map[string]string {
	return map[string]string{"Content-Type": contentType}
}

// StartAttachmentUpload begins the upload of a file.
func (s *Server) StartAttachmentUpload(ctx context.Context, in *participant.StartAttachmentUploadInput) (*participant.StartAttachmentUploadOutput, error) {
	f := session.File{Name: in.AttachmentName, ContentType: in.ContentType, Size: in.AttachmentSizeInBytes}
	up, err := s.Files.Start(ctx, in.ConnectionToken, f, in.ClientToken)
	if err != nil {
		return nil, err
	}
	url := FileURL(edge.Base(ctx), up.Token)
	return &participant.StartAttachmentUploadOutput{
		AttachmentId:   &up.ID,
		UploadMetadata: &participant.UploadMetadata{Url: &url, UrlExpiry: &up.Expiry, HeadersToInclude: HeadersToInclude(in.ContentType)},
	}, nil
}

// CompleteAttachmentUpload shows the chat a file that was uploaded.
func (s *Server) CompleteAttachmentUpload(ctx context.Context, in *participant.CompleteAttachmentUploadInput) (*participant.CompleteAttachmentUploadOutput, error) {
	return &participant.CompleteAttachmentUploadOutput{}, s.Files.Complete(ctx, in.ConnectionToken, in.AttachmentIds[0], in.ClientToken)
}

// GetAttachment tells where a file can be read.
func (s *Server) GetAttachment(ctx context.Context, in *participant.GetAttachmentInput) (*participant.GetAttachmentOutput, error) {
	d, err := s.Files.Get(ctx, in.ConnectionToken, in.AttachmentId, time.Duration(edge.Val(in.UrlExpiryInSeconds))*time.Second)
	if err != nil {
		return nil, err
	}
	url := FileURL(edge.Base(ctx), d.Token)
	return &participant.GetAttachmentOutput{Url: &url, UrlExpiry: &d.Expiry, AttachmentSizeInBytes: d.Size}, nil
}

// registerFiles adds the routes of uploads and downloads.
func (s *Server) registerFiles(r *edge.Router) {
	errs := edge.ParticipantErrors()
	r.Handle("PUT "+FilesPath, s.edge.Stream(edge.Route{Service: "files", Operation: "Upload"}, errs, attachment.UploadWithin, s.putFile))
	r.Handle("GET "+FilesPath, s.edge.Stream(edge.Route{Service: "files", Operation: "Download"}, errs, attachment.UploadWithin, s.getFile))
}

func (s *Server) putFile(r *http.Request) (func(http.ResponseWriter) error, error) {
	err := s.Files.Put(r.Context(), r.URL.Query().Get("token"), r.Header.Get("Content-Type"), r.ContentLength, r.Body)
	if err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter) error {
		h := w.Header()
		h.Del("Content-Type")
		h.Set("Content-Length", "0")
		return nil
	}, nil
}

func (s *Server) getFile(r *http.Request) (func(http.ResponseWriter) error, error) {
	f, err := s.Files.Open(r.Context(), r.URL.Query().Get("token"))
	if err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter) error {
		serveHeader(w.Header(), f)
		if r.Method == http.MethodHead {
			return f.Close()
		}
		_, err := io.Copy(w, f)
		return errors.Join(err, f.Close())
	}, nil
}

// serveHeader has a browser keep the file and not show it: whatever it
// holds, it is nothing that runs under our name.
func serveHeader(h http.Header, f attach.Body) {
	h.Set("Content-Type", f.ContentType)
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	h.Set("Content-Disposition", disposition(f.Name))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // pages of other sites hold the chat
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-store")
}

// disposition spells the name for browsers (RFC 6266). A colon would name a stream of another file on Windows.
func disposition(name string) string {
	name = strings.ReplaceAll(name, ":", "_")
	if text := mime.FormatMediaType("attachment", map[string]string{"filename": name}); text != "" {
		return text
	}
	return "attachment"
}

// Files serves attachments.
type Files interface {
	Start(ctx context.Context, bearer string, f session.File, clientToken string) (attach.Upload, error)
	Put(ctx context.Context, uploadToken, contentType string, length int64, body io.Reader) error
	Complete(ctx context.Context, bearer, file, clientToken string) error
	Get(ctx context.Context, bearer, file string, life time.Duration) (attach.Download, error)
	Open(ctx context.Context, downloadToken string) (attach.Body, error)
}
