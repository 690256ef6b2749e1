package keys_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"parley/app/auth"
	"parley/internal/clock"
	"parley/internal/seal"
	"parley/internal/sigv4"
	"parley/server/edge"
	"parley/server/keys"
	"parley/store/storetest"
)

// world serves the management of the keys of one store.
type world struct {
	t      *testing.T
	keys   *auth.Keys
	router *edge.Router
}

func newWorld(t *testing.T) *world {
	t.Helper()
	master, err := seal.LoadOrCreateMasterKey(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New(master)
	if err != nil {
		t.Fatal(err)
	}
	e := &edge.Edge{Log: slog.New(slog.DiscardHandler)}
	w := &world{t: t, keys: auth.NewKeys(storetest.NewMemory(), sealer, &clock.Clock{}), router: e.NewRouter()}
	keys.Register(keys.Signed{Edge: e, Keys: w.keys, Verifier: sigv4.NewVerifier("us-east-1", "connect", clock.Wall)}, w.router)
	return w
}

// signer is a key that signs.
type signer struct{ id, secret string }

func (w *world) signer(k auth.Key) signer {
	w.t.Helper()
	key, secret, err := w.keys.Create(context.Background(), k, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return signer{key.ID, secret}
}

// call makes a signed call and decodes its answer into out.
func (w *world) call(s signer, method, path, body string, out any) (status int, answer string) {
	w.t.Helper()
	ctx := context.Background()
	req := httptest.NewRequestWithContext(ctx, method, "http://127.0.0.1"+path, strings.NewReader(body))
	sum := sha256.Sum256([]byte(body))
	err := v4.NewSigner().SignHTTP(ctx, aws.Credentials{AccessKeyID: s.id, SecretAccessKey: s.secret}, req, hex.EncodeToString(sum[:]), "connect", "us-east-1", time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	req.RequestURI = path // as a server sees it
	rec := httptest.NewRecorder()
	w.router.ServeHTTP(rec, req)
	if out != nil && rec.Code == 200 {
		if err := json.Unmarshal(rec.Body.Bytes(), out); err != nil {
			w.t.Fatal(err)
		}
	}
	return rec.Code, rec.Body.String()
}

func TestTheLifeOfAKey(t *testing.T) {
	w := newWorld(t)
	root := w.signer(auth.Key{})
	var made keys.Key
	if status, answer := w.call(root, "POST", "/parley/keys", `{"operations":["StopContact"],"note":"n"}`, &made); status != 200 {
		t.Fatalf("create: %d %s", status, answer)
	}
	stands := func(secret string) bool {
		got, enabled, err := w.keys.Secret(context.Background(), made.AccessKeyID)
		return err == nil && enabled && got == secret
	}
	if !stands(made.SecretAccessKey) || made.Operations[0] != "StopContact" || made.Note != "n" {
		t.Errorf("made %+v", made)
	}
	path := "/parley/keys/" + made.AccessKeyID
	var rotated keys.Key
	for _, step := range []struct {
		method, path string
		out          any
		stands       func() bool
	}{
		{"POST", path + "/disable", nil, func() bool { return !stands(made.SecretAccessKey) }},
		{"POST", path + "/enable", nil, func() bool { return stands(made.SecretAccessKey) }},
		{"POST", path + "/rotate", &rotated, func() bool { return stands(rotated.SecretAccessKey) && !stands(made.SecretAccessKey) }},
		{"DELETE", path, nil, func() bool { return !stands(rotated.SecretAccessKey) }},
	} {
		if status, answer := w.call(root, step.method, step.path, "", step.out); status != 200 || !step.stands() {
			t.Errorf("%s %s: %d %s", step.method, step.path, status, answer)
		}
		if status, _ := w.call(root, step.method, "/parley/keys/none"+strings.TrimPrefix(step.path, path), "", nil); status != 404 {
			t.Errorf("%s of an unknown key: %d", step.path, status)
		}
	}
}

func TestASecretIsShownOnce(t *testing.T) {
	w := newWorld(t)
	root := w.signer(auth.Key{Note: "root"})
	status, answer := w.call(root, "GET", "/parley/keys", "", nil)
	if status != 200 || !strings.Contains(answer, root.id) || strings.Contains(answer, root.secret) || strings.Contains(answer, "secret_access_key") {
		t.Errorf("%d %s", status, answer)
	}
}

func TestOnlyAKeyWithoutLimitsManagesKeys(t *testing.T) {
	w := newWorld(t)
	root := w.signer(auth.Key{})
	off := w.signer(auth.Key{})
	if err := w.keys.SetDisabled(context.Background(), off.id, true); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]signer{
		"limited to operations": w.signer(auth.Key{Operations: []string{"StopContact"}}),
		"limited to instances":  w.signer(auth.Key{Instances: []string{"i"}}),
		"disabled":              off,
		"with a wrong secret":   {root.id, "wrong"},
		"unknown":               {"AKIANONE", "x"},
	} {
		for path, method := range map[string]string{
			"": "GET", "/": "POST", "/" + root.id + "/disable": "POST", "/" + root.id + "/rotate": "POST", "/" + root.id: "DELETE",
		} {
			if status, answer := w.call(s, method, strings.TrimSuffix("/parley/keys"+path, "/"), `{}`, nil); status != 403 {
				t.Errorf("a key that is %s: %s %s: %d %s", name, method, path, status, answer)
			}
		}
	}
	if status, _ := w.call(root, "GET", "/parley/keys", "", nil); status != 200 {
		t.Errorf("the root key afterwards: %d", status)
	}
	if status, _ := w.call(root, "POST", "/parley/keys", `{"operations":"all"}`, nil); status != 400 {
		t.Errorf("a body of another form: %d", status)
	}
	if status, _ := w.call(root, "POST", "/parley/keys", strings.Repeat(" ", 65<<10), nil); status != 400 {
		t.Errorf("a body of 65 KiB: %d", status)
	}
}
