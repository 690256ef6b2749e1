// Package attached serves the Amazon Connect operations on files that are attached to
// contacts, for package server/connect, which embeds them.
//
// It guarantees: a file is found only under the contact that it belongs to, in the
// instance that the caller may work in.
package attached

import (
	"context"
	"time"

	"parley/api/connect"
	"parley/app/admin"
	"parley/app/attach"
	"parley/domain/attachment"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/server/participant"
)

// Files serves the files that are attached to contacts from outside, and those of their chats.
type Files interface {
	StartOutside(ctx context.Context, instance string, f session.File, life time.Duration, clientToken string) (*session.File, attach.Upload, error)
	CompleteOutside(ctx context.Context, instance, contactID, file string) error
	Attached(ctx context.Context, instance, contactID, file string) (*session.Session, *session.File, error)
	Link(snap *session.Session, f *session.File, life time.Duration) *attach.Download
	Remove(ctx context.Context, instance, contactID, file string) error
	Limits() attachment.Limits
}

// Rules keeps what may be attached in an instance.
type Rules interface {
	FileRules(ctx context.Context, instance, scope string) (admin.FileRules, error)
	SetFileRules(ctx context.Context, instance, scope string, extensions []string, size *int64) (admin.FileRules, error)
}

const fileTime = "2006-01-02T15:04:05.000Z"

// Operations are the operations on attached files. Use New.
type Operations struct {
	reader *request.Reader
	files  Files
	rules  Rules
}

// New returns the operations.
func New(reader *request.Reader, files Files, rules Rules) *Operations {
	return &Operations{reader, files, rules}
}

// filesOf finds the contact whose files a request is about.
func (s *Operations) filesOf(ctx context.Context, instance, associated string) (arn.Scope, string, error) {
	return s.reader.Plain(ctx, instance, arn.Contact, associated, "AssociatedResourceArn")
}

// StartAttachedFileUpload begins the upload of a file to a contact.
func (s *Operations) StartAttachedFileUpload(ctx context.Context, in *connect.StartAttachedFileUploadInput) (*connect.StartAttachedFileUploadOutput, error) {
	scope, contact, err := s.filesOf(ctx, in.InstanceId, in.AssociatedResourceArn)
	if err != nil {
		return nil, err
	}
	kind, err := attach.ContentType(in.FileName)
	if err != nil {
		return nil, err
	}
	f := session.File{
		ContactID: contact, Name: in.FileName, ContentType: kind, Size: in.FileSizeInBytes, UseCase: in.FileUseCaseType, Tags: in.Tags,
	}
	if by := in.CreatedBy; by != nil {
		f.CreatedByUser, f.CreatedByCaller = edge.Val(by.ConnectUserArn), edge.Val(by.AWSIdentityArn)
	}
	life := time.Duration(edge.Val(in.UrlExpiryInSeconds)) * time.Second
	made, up, err := s.files.StartOutside(ctx, scope.Instance, f, life, edge.Val(in.ClientToken))
	if err != nil {
		return nil, err
	}
	return &connect.StartAttachedFileUploadOutput{
		FileArn: ptr(scope.ARN(arn.AttachedFile, up.ID)), FileId: &up.ID, FileStatus: ptr(Status(made)),
		CreationTime: ptr(made.CreatedAt.UTC().Format(fileTime)), CreatedBy: createdBy(made),
		UploadUrlMetadata: &connect.UploadUrlMetadata{
			Url: ptr(participant.FileURL(edge.Base(ctx), up.Token)), UrlExpiry: ptr(up.Expiry.Format(fileTime)),
			HeadersToInclude: participant.HeadersToInclude(kind),
		},
	}, nil
}

// CompleteAttachedFileUpload says that a file was uploaded.
func (s *Operations) CompleteAttachedFileUpload(ctx context.Context, in *connect.CompleteAttachedFileUploadInput) (*connect.CompleteAttachedFileUploadOutput, error) {
	scope, contact, err := s.filesOf(ctx, in.InstanceId, in.AssociatedResourceArn)
	if err != nil {
		return nil, err
	}
	return &connect.CompleteAttachedFileUploadOutput{}, s.files.CompleteOutside(ctx, scope.Instance, contact, in.FileId)
}

// GetAttachedFile describes a file, and tells where it can be read once it is approved.
func (s *Operations) GetAttachedFile(ctx context.Context, in *connect.GetAttachedFileInput) (*connect.GetAttachedFileOutput, error) {
	scope, contact, err := s.filesOf(ctx, in.InstanceId, in.AssociatedResourceArn)
	if err != nil {
		return nil, err
	}
	snap, f, err := s.files.Attached(ctx, scope.Instance, contact, in.FileId)
	if err != nil {
		return nil, err
	}
	out := &connect.GetAttachedFileOutput{
		FileArn: ptr(scope.ARN(arn.AttachedFile, f.ID)), FileId: &f.ID, FileName: &f.Name, FileSizeInBytes: f.Size, FileStatus: ptr(Status(f)),
		FileUseCaseType: useCase(f), AssociatedResourceArn: ptr(scope.ARN(arn.Contact, contact)),
		CreationTime: ptr(f.CreatedAt.UTC().Format(fileTime)), CreatedBy: createdBy(f), Tags: f.Tags,
	}
	if d := s.files.Link(snap, f, time.Duration(edge.Val(in.UrlExpiryInSeconds))*time.Second); d != nil {
		out.DownloadUrlMetadata = &connect.DownloadUrlMetadata{
			Url: ptr(participant.FileURL(edge.Base(ctx), d.Token)), UrlExpiry: ptr(d.Expiry.Format(fileTime)),
		}
	}
	return out, nil
}

// BatchGetAttachedFileMetadata describes files of one contact.
func (s *Operations) BatchGetAttachedFileMetadata(ctx context.Context, in *connect.BatchGetAttachedFileMetadataInput) (*connect.BatchGetAttachedFileMetadataOutput, error) {
	scope, contact, err := s.filesOf(ctx, in.InstanceId, in.AssociatedResourceArn)
	if err != nil {
		return nil, err
	}
	out := &connect.BatchGetAttachedFileMetadataOutput{Files: []connect.AttachedFile{}, Errors: []connect.AttachedFileError{}}
	for _, id := range in.FileIds {
		_, f, err := s.files.Attached(ctx, scope.Instance, contact, id)
		switch {
		case fault.Is(err, fault.NotFound):
			out.Errors = append(out.Errors, connect.AttachedFileError{
				FileId: &id, ErrorCode: ptr("RESOURCE_NOT_FOUND"), ErrorMessage: ptr("The file was not found"),
			})
		case err != nil:
			return nil, err
		default:
			out.Files = append(out.Files, connect.AttachedFile{
				FileArn: scope.ARN(arn.AttachedFile, f.ID), FileId: f.ID, FileName: f.Name, FileSizeInBytes: f.Size, FileStatus: Status(f),
				FileUseCaseType: useCase(f), AssociatedResourceArn: ptr(scope.ARN(arn.Contact, contact)),
				CreationTime: f.CreatedAt.UTC().Format(fileTime), CreatedBy: createdBy(f), Tags: f.Tags,
			})
		}
	}
	return out, nil
}

// DeleteAttachedFile deletes a file.
func (s *Operations) DeleteAttachedFile(ctx context.Context, in *connect.DeleteAttachedFileInput) (*connect.DeleteAttachedFileOutput, error) {
	scope, contact, err := s.filesOf(ctx, in.InstanceId, in.AssociatedResourceArn)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteAttachedFileOutput{}, s.files.Remove(ctx, scope.Instance, contact, in.FileId)
}

// Status is where a file stands, as the API spells it.
func Status(f *session.File) string {
	switch f.Status {
	case session.FileApproved:
		return connect.FileStatusTypeApproved
	case session.FileRejected:
		return connect.FileStatusTypeRejected
	default:
		return connect.FileStatusTypeProcessing
	}
}

// useCase: what participants attach are attachments.
func useCase(f *session.File) *string {
	if f.UseCase != "" {
		return &f.UseCase
	}
	return ptr(connect.FileUseCaseTypeAttachment)
}

func createdBy(f *session.File) *connect.CreatedByInfo {
	if f.CreatedByUser == "" && f.CreatedByCaller == "" {
		return nil
	}
	return &connect.CreatedByInfo{ConnectUserArn: edge.Some(f.CreatedByUser), AWSIdentityArn: edge.Some(f.CreatedByCaller)}
}

func ptr[T any](v T) *T { return &v }
