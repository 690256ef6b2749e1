package privacy_test

import (
	"archive/zip"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// exported runs parley held and returns the files of what it wrote.
func exported(t *testing.T, s *harness.Server, args ...string) map[string]string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "held.zip")
	if out, failed := parley(t, s, append([]string{"held", "--to", to}, args...)...); failed {
		t.Fatalf("held: %s", out)
	}
	z, err := zip.OpenReader(to)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

// chats are the chats of which an export has something.
func chats(files map[string]string) (ids []string) {
	for name := range files {
		if part := strings.Split(name, "/"); part[0] == "chats" && !slices.Contains(ids, part[1]) {
			ids = append(ids, part[1])
		}
	}
	return ids
}

// within are the files below a directory in which a text is, or in whose names.
func within(files map[string]string, dir, text string) (names []string) {
	for name, body := range files {
		if strings.HasPrefix(name, dir) && strings.Contains(name+body, text) {
			names = append(names, name)
		}
	}
	return names
}
