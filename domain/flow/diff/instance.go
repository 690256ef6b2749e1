package diff

import (
	"strings"

	"parley/domain/flow"
)

// elsewhere reports whether two references may be the same resource on two
// instances: of one kind, and by their names the same, or by ARNs that differ in
// the instance, account or region.
func elsewhere(a, b flow.Reference) bool {
	if a.Kind == "" || a.Kind != b.Kind || a.Qualifier != b.Qualifier {
		return false
	}
	if a.Name != "" && b.Name != "" {
		return a.Name == b.Name
	}
	placeA, okA := place(a)
	placeB, okB := place(b)
	return okA && okB && placeA != placeB
}

// place returns the part of an ARN that says where the resource is.
func place(r flow.Reference) (string, bool) {
	part := strings.SplitN(r.Value, ":", 6)
	if len(part) < 6 {
		return "", false
	}
	where := part[3] + ":" + part[4]
	if rest, ok := strings.CutPrefix(part[5], "instance/"); ok {
		instance, _, _ := strings.Cut(rest, "/")
		where += ":" + instance
	}
	return where, true
}
