package flowtest

import (
	"path/filepath"
	"testing"
)

// A script is found however its path is spelled.
func TestOneScriptByAnyPath(t *testing.T) {
	scripts, err := filepath.Glob("testdata/fail/*" + Extension)
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%v, %v", scripts, err)
	}
	name := filepath.Base(scripts[0])
	for _, path := range []string{"testdata/fail/" + name, "./testdata/fail/" + name, "testdata//fail/" + name, "testdata/fail/../fail/" + name} {
		s, err := Load(path, "")
		if err != nil || len(s.Scripts) != 1 || filepath.Base(s.Scripts[0].Path) != name {
			t.Errorf("%s: %+v, %v", path, s, err)
		}
	}
}
