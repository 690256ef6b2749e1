package flowtest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A sign-in that no flow waits for, or that comes too late, is a mistake of the script, and the report says which.
func TestSignInsThatNobodyWaitsFor(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(examples, "signin.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ given, steps, want string }{
		{"", "...\ncustomer signs in as ada-1", "no line “given sign-in POOL”"},
		{"given sign-in another\n", "...\ncustomer goes on without signing in", "no line “given sign-in POOL”"},
		{"given sign-in \"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Shop\"\n", "...\nwait: 2 minutes\ncustomer signs in as ada-1", "within one minute"},
		{"given sign-in us-east-1_Shop\n", "...\ncustomer signs in as ada-1: Ada\ncustomer fails to sign in", "got       system: Welcome! Your customer number is ada-1."},
	} {
		dir := t.TempDir()
		script := c.given + "conversation: a\n" + c.steps + "\n"
		err := errors.Join(os.WriteFile(filepath.Join(dir, "signin.json"), content, 0o644), os.WriteFile(filepath.Join(dir, "a.chat"), []byte(script), 0o644))
		if err != nil {
			t.Fatal(err)
		}
		if out, err := run(t, Options{Paths: []string{dir}, Seed: 1}); !errors.Is(err, ErrFailed) || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v\n%s", script, err, out)
		}
	}
}
