package request

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strconv"

	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/edge"
	"parley/work/resource"
)

// Named finds the instance that a request names and the id of a thing in it,
// by id or ARN, with the qualifier if its kind has them; member names it in the refusal.
func (r *Reader) Named(ctx context.Context, instance string, kind arn.Kind, value, member string) (arn.Scope, arn.Ref, error) {
	scope, err := r.Scope(ctx, instance)
	if err != nil {
		return scope, arn.Ref{}, err
	}
	ref, err := scope.Resolve(kind, value)
	return scope, ref, NotFound(err, member)
}

// Plain is named for a thing as a whole: there are no versions of it.
func (r *Reader) Plain(ctx context.Context, instance string, kind arn.Kind, value, member string) (arn.Scope, string, error) {
	scope, ref, err := r.Named(ctx, instance, kind, value, member)
	if err == nil && ref.Qualifier != "" && ref.Qualifier != arn.Latest && ref.Qualifier != arn.Saved {
		err = fault.New(fault.Rule, "%s: it must name no version", member)
	}
	return scope, ref.ID, err
}

// Paged finds the instance that a request names, and the page of a list.
func (r *Reader) Paged(ctx context.Context, instance string, token *string, most *int, all int) (arn.Scope, resource.Page, error) {
	scope, err := r.Scope(ctx, instance)
	if err != nil {
		return scope, resource.Page{}, err
	}
	page, err := PageOf(token, most, all)
	return scope, page, err
}

// Numbered is the ARN of a version.
func Numbered(scope arn.Scope, kind arn.Kind, id string, version int64) string {
	return scope.ARN(kind, arn.Ref{ID: id, Qualifier: strconv.FormatInt(version, 10)}.String())
}

// TokenOf is the client token of a request, whose content bare is.
func TokenOf(operation string, token *string, bare any) resource.Token {
	raw, err := json.Marshal(bare) // maps in the order of their keys
	if err != nil {                // a decoded request always encodes
		raw = nil
	}
	return resource.Token{Operation: operation, Value: edge.Val(token), Fingerprint: sha256.Sum256(raw)}
}
