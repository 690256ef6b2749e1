package attached

import (
	"context"
	"slices"
	"strings"

	"parley/api/connect"
	"parley/app/admin"
	"parley/domain/filetype"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// DescribeAttachedFilesConfiguration tells what may be attached in an instance.
func (s *Operations) DescribeAttachedFilesConfiguration(ctx context.Context, in *connect.DescribeAttachedFilesConfigurationInput) (*connect.DescribeAttachedFilesConfigurationOutput, error) {
	scope, err := s.reader.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	r, err := s.rulesOf(ctx, scope.Instance, in.AttachmentScope)
	if err != nil {
		return nil, err
	}
	return &connect.DescribeAttachedFilesConfigurationOutput{AttachedFilesConfiguration: connect.AttachedFilesConfiguration{
		InstanceId: scope.Instance, AttachmentScope: in.AttachmentScope, LastModifiedTime: edge.Some(r.Modified),
		ExtensionConfiguration: extensions(r.Extensions), MaximumSizeLimitInBytes: edge.Some(r.Size),
	}}, nil
}

// ListAttachedFilesConfigurations lists what may be attached in an instance, by scope.
func (s *Operations) ListAttachedFilesConfigurations(ctx context.Context, in *connect.ListAttachedFilesConfigurationsInput) (*connect.ListAttachedFilesConfigurationsOutput, error) {
	scopes := []string{connect.AttachmentScopeCase, connect.AttachmentScopeChat, connect.AttachmentScopeEmail, connect.AttachmentScopeTask}
	scope, page, err := s.reader.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, len(scopes))
	if err != nil {
		return nil, err
	}
	some, next := request.PageIn(scopes, page, func(name string) string { return name })
	out := &connect.ListAttachedFilesConfigurationsOutput{NextToken: request.Next(next)}
	for _, name := range some {
		r, err := s.rulesOf(ctx, scope.Instance, name)
		if err != nil {
			return nil, err
		}
		out.AttachedFilesConfigurations = append(out.AttachedFilesConfigurations, connect.AttachedFilesConfigurationSummary{
			InstanceId: scope.Instance, AttachmentScope: name, ExtensionConfiguration: extensions(r.Extensions), MaximumSizeLimitInBytes: edge.Some(r.Size),
		})
	}
	return out, nil
}

// UpdateAttachedFilesConfiguration changes what may be attached in an instance; what is absent stays as it is.
func (s *Operations) UpdateAttachedFilesConfiguration(ctx context.Context, in *connect.UpdateAttachedFilesConfigurationInput) (*connect.UpdateAttachedFilesConfigurationOutput, error) {
	scope, err := s.reader.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	names, err := s.allowed(in)
	if err != nil {
		return nil, err
	}
	if _, err := s.rules.SetFileRules(ctx, scope.Instance, in.AttachmentScope, names, in.MaximumSizeLimitInBytes); err != nil {
		return nil, err
	}
	r, err := s.rulesOf(ctx, scope.Instance, in.AttachmentScope)
	if err != nil {
		return nil, err
	}
	return &connect.UpdateAttachedFilesConfigurationOutput{
		InstanceId: scope.Instance, AttachmentScope: in.AttachmentScope, LastModifiedTime: edge.Some(r.Modified),
		ExtensionConfiguration: extensions(r.Extensions), MaximumSizeLimitInBytes: edge.Some(r.Size),
	}, nil
}

// allowed reads the extensions of a request, nil where it has none. What chats cannot carry is refused.
func (s *Operations) allowed(in *connect.UpdateAttachedFilesConfigurationInput) (names []string, err error) {
	chats := in.AttachmentScope == connect.AttachmentScopeChat
	if most := s.files.Limits().Size; chats && edge.Val(in.MaximumSizeLimitInBytes) > most {
		return nil, fault.New(fault.Invalid, "MaximumSizeLimitInBytes: this server takes files of at most %d bytes", most)
	}
	if in.ExtensionConfiguration == nil {
		return nil, nil
	}
	names = []string{}
	for _, e := range in.ExtensionConfiguration.AllowedExtensions {
		name := strings.ToLower(e.Extension)
		if chats && !slices.Contains(filetype.Extensions(), name) {
			return nil, fault.New(fault.Invalid, "ExtensionConfiguration.AllowedExtensions: files of the type %.20q cannot be attached to chats; known are %s",
				name, strings.Join(filetype.Extensions(), ", "))
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// rulesOf are the rules of a scope, with the server's own where an instance has none for its chats.
func (s *Operations) rulesOf(ctx context.Context, instance, scope string) (admin.FileRules, error) {
	r, err := s.rules.FileRules(ctx, instance, scope)
	if err != nil || scope != connect.AttachmentScopeChat {
		return r, err
	}
	own := r.Within(s.files.Limits())
	r.Extensions, r.Size = own.Extensions, own.Size
	if r.Extensions == nil {
		r.Extensions = filetype.Extensions()
	}
	return r, nil
}

func extensions(names []string) *connect.ExtensionConfiguration {
	if names == nil {
		return nil
	}
	out := &connect.ExtensionConfiguration{AllowedExtensions: []connect.AllowedExtension{}}
	for _, name := range names {
		out.AllowedExtensions = append(out.AllowedExtensions, connect.AllowedExtension{Extension: name})
	}
	return out
}
