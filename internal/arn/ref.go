package arn

import "strings"

// maxText bounds view ids and qualifiers (the API's bound of a view id).
const maxText = 255

// Ref is a resource within its kind: a bare id and, where the kind has versions
// or aliases, which of them.
type Ref struct {
	ID        string
	Qualifier string // Saved, Latest, a version number, a module's alias, or empty
}

// String spells the reference as the API does: id, or id:qualifier.
func (r Ref) String() string {
	if r.Qualifier == "" {
		return r.ID
	}
	return r.ID + ":" + r.Qualifier
}

// parseRef reads id[:qualifier]; malformed text is fault.NotFound. The id of a
// view may itself hold no colon, so the first one ends it.
func parseRef(kind Kind, text string) (Ref, error) {
	id, qualifier, qualified := strings.Cut(text, ":")
	if _, err := checkID(kind, id); err != nil {
		return Ref{}, err
	}
	if qualified && (!versioned(kind) || !isQualifier(qualifier)) {
		return Ref{}, notFound(kind)
	}
	return Ref{ID: id, Qualifier: qualifier}, nil
}

// checkID returns the id if it has the form of that kind's ids: a UUID, or for
// views a name.
func checkID(kind Kind, id string) (string, error) {
	if IsUUID(id) || kind == View && isViewID(id) {
		return id, nil
	}
	return "", notFound(kind)
}

func versioned(kind Kind) bool { return kind == Flow || kind == FlowModule || kind == View }

// isQualifier holds for $SAVED, $LATEST, version numbers and alias names.
func isQualifier(s string) bool {
	return s != "" && len(s) <= maxText && only(s, func(c byte) bool {
		return isLower(c) || isUpper(c) || isDigit(c) || c == '_' || c == '-' || c == '$'
	})
}

func isViewID(s string) bool {
	return s != "" && len(s) <= maxText && only(s, func(c byte) bool {
		return isLower(c) || isUpper(c) || isDigit(c) || c == '_' || c == '-' || c == '/' || c == '$'
	})
}
