package admin

import (
	"context"
	"maps"
	"time"

	"parley/domain/attachment"
	"parley/work/resource"
)

// FileRules say what may be attached in an instance (AttachedFilesConfiguration).
type FileRules struct {
	Extensions []string  `json:"extensions,omitempty"` // in lower case, without the dot; nil = nothing was said
	Size       int64     `json:"size,omitempty"`       // bytes of one file; 0 = nothing was said
	Modified   time.Time `json:"modified,omitzero"`
}

// Within returns limits as the rules narrow them.
func (r FileRules) Within(lim attachment.Limits) attachment.Limits {
	if r.Size > 0 {
		lim.Size = min(lim.Size, r.Size)
	}
	lim.Extensions = r.Extensions
	return lim
}

// chatFiles is the scope of the files of chats (AttachmentScope).
const chatFiles = "CHAT"

// FileLimits returns what may be attached to the chats of an instance, where lim is what the server takes; what was committed before the
// call, on whatever node, holds.
func (s *Service) FileLimits(ctx context.Context, instance string, lim attachment.Limits) (attachment.Limits, error) {
	v, err := s.current(ctx, instance)
	if err != nil {
		return lim, err
	}
	return v.instance.Files[chatFiles].Within(lim), nil
}

// FileRules returns the rules of a scope (AttachmentScope) of an instance.
func (s *Service) FileRules(ctx context.Context, instance, scope string) (FileRules, error) {
	in, err := s.Instance(ctx, instance)
	return in.Files[scope], err
}

// SetFileRules changes the rules of a scope of an instance; nil leaves a rule as it is.
func (s *Service) SetFileRules(ctx context.Context, instance, scope string, extensions []string, size *int64) (r FileRules, err error) {
	err = s.editInstance(ctx, instance, resource.Token{}, func(in *Instance) {
		r = in.Files[scope]
		if extensions != nil {
			r.Extensions = extensions
		}
		if size != nil {
			r.Size = *size
		}
		r.Modified = s.clock.Now()
		files := map[string]FileRules{}
		maps.Copy(files, in.Files)
		files[scope] = r
		in.Files = files
	})
	return r, err
}
