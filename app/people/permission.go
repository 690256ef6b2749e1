package people

import (
	_ "embed"
	"slices"
	"strings"

	"parley/domain/permission"
	"parley/internal/fault"
)

// The names of permissions: each line is a group and its actions, or one name
// that stands alone. They are those of Amazon Connect's "List of security profile
// permissions", and those that its instances are seen to have besides.
//
//go:embed permissions.txt
var permissionLines string

// permissions are the known names of permissions of security profiles, AWS's and ours, sorted.
func permissions() []string {
	var names []string
	for line := range strings.Lines(permissionLines) {
		words := strings.Fields(line)
		if len(words) == 1 {
			names = append(names, words[0])
			continue
		}
		for _, action := range words[1:] {
			names = append(names, words[0]+"."+action)
		}
	}
	for _, ours := range permission.Ours() {
		names = append(names, string(ours))
	}
	slices.Sort(names)
	return names
}

// thirdParty is how the permission to use an application of somebody else ends;
// what comes before is the application's own name.
const thirdParty = ".Access"

// checkPermissions refuses names of permissions that are not known, and names them.
func checkPermissions(names []string) error {
	known := permissions()
	for _, name := range names {
		if _, ok := slices.BinarySearch(known, name); !ok && (name == thirdParty || !strings.HasSuffix(name, thirdParty)) {
			return fault.New(fault.Invalid, "Permissions: there is no permission %q", name)
		}
	}
	return nil
}
