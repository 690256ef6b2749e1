package connect

import (
	"context"
	"maps"
	"slices"

	"parley/api/connect"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/server/connect/attached"
	"parley/server/connect/request"
	"parley/server/edge"
)

// referencesPage is how many references one page of ListContactReferences has (our choice; its request has no MaxResults).
const referencesPage = 100

// ListContactReferences lists what a contact refers to, of the types asked for, by name; the files of its
// chat are references of the type ATTACHMENT under their own names.
func (s *Server) ListContactReferences(ctx context.Context, in *connect.ListContactReferencesInput) (*connect.ListContactReferencesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, nil, referencesPage)
	if err != nil {
		return nil, err
	}
	chat, k, err := s.o.Chat.Contact(ctx, scope.Instance, request.ContactID(scope, in.ContactId))
	if err != nil {
		return nil, err
	}
	all := referred(k, in.ReferenceTypes)
	if slices.Contains(in.ReferenceTypes, connect.ReferenceTypeAttachment) {
		all = append(all, filesOf(scope, chat, k)...)
	}
	some, next := request.PageIn(all, page, func(r named) string { return r.key })
	out := &connect.ListContactReferencesOutput{ReferenceSummaryList: []connect.ReferenceSummary{}, NextToken: request.Next(next)}
	for _, r := range some {
		out.ReferenceSummaryList = append(out.ReferenceSummaryList, r.ReferenceSummary)
	}
	return out, nil
}

// named is a reference with what tells it from the others of its contact.
type named struct {
	key string
	connect.ReferenceSummary
}

// referred are the references that a contact was given, of some types, by name.
func referred(k *session.Contact, types []string) (all []named) {
	for _, name := range slices.Sorted(maps.Keys(k.References)) {
		if r := k.References[name]; slices.Contains(types, r.Type) {
			if one := reference(name, r); one != (connect.ReferenceSummary{}) {
				all = append(all, named{"given/" + name, one})
			}
		}
	}
	return all
}

// reference spells a reference for the wire; CONTACT_ANALYSIS has no form there.
func reference(name string, r session.Reference) (out connect.ReferenceSummary) {
	value, mail := &r.Value, &connect.EmailMessageReference{Name: &name, Arn: edge.Some(r.ARN)}
	switch r.Type {
	case connect.ReferenceTypeUrl:
		out.Url = &connect.UrlReference{Name: &name, Value: value}
	case connect.ReferenceTypeAttachment:
		out.Attachment = &connect.AttachmentReference{Name: &name, Value: value, Status: edge.Some(r.Status), Arn: edge.Some(r.ARN)}
	case connect.ReferenceTypeNumber:
		out.Number = &connect.NumberReference{Name: &name, Value: value}
	case connect.ReferenceTypeString:
		out.String = &connect.StringReference{Name: &name, Value: value}
	case connect.ReferenceTypeDate:
		out.Date = &connect.DateReference{Name: &name, Value: value}
	case connect.ReferenceTypeEmail:
		out.Email = &connect.EmailReference{Name: &name, Value: value}
	case connect.ReferenceTypeEmailMessage:
		out.EmailMessage = mail
	case connect.ReferenceTypeEmailMessagePlainText:
		out.EmailMessagePlainText = mail
	case connect.ReferenceTypeEmailMessagePlainTextRedacted:
		out.EmailMessagePlainTextRedacted = mail
	case connect.ReferenceTypeEmailMessageRedacted:
		out.EmailMessageRedacted = mail
	}
	return out
}

// filesOf are the files of a contact that were attached: those that are still being uploaded are none yet.
func filesOf(scope arn.Scope, chat *session.Session, k *session.Contact) (all []named) {
	for i := range chat.State.Files {
		f := &chat.State.Files[i]
		if f.ContactID != k.ID || f.CompletedAt.IsZero() || f.Status == session.FileDiscarded {
			continue
		}
		all = append(all, named{"file/" + f.ID, connect.ReferenceSummary{Attachment: &connect.AttachmentReference{
			Name: &f.Name, Value: &f.ID, Status: new(attached.Status(f)), Arn: new(scope.ARN(arn.AttachedFile, f.ID)),
		}}})
	}
	return all
}
