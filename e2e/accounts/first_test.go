package accounts_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// TestCaseD1: a first start has no password that somebody could know, tells the generated ones in a file for its owner only, is not
// reached by others without protection, and where it is, the generated password is good for nothing but to choose another one.
func TestCaseD1(t *testing.T) {
	t.Parallel()
	caseD1(t, house{harness.Start(t, harness.WithoutControls(), harness.Flags("--behind-proxy"))})
	s := harness.Start(t)
	admin(t, s).want(200, "GET", "/api/audit", nil) // on a machine of one's own, and in a test, nobody has to change it
	said, err := exec.Command(harness.Binary(t), "serve", "--listen", "0.0.0.0:0", "--data", t.TempDir()).CombinedOutput()
	if err == nil || !strings.Contains(string(said), "TLS") {
		t.Errorf("a listener for everybody without TLS: %v %s", err, said)
	}
}

// TestThreeNodesStartFirst: the same of three nodes that find an empty database at the same time.
func TestThreeNodesStartFirst(t *testing.T) {
	t.Parallel()
	var h house
	for _, n := range cluster.Start(t, cluster.Config{Sealed: true, Flags: []string{"--behind-proxy"}}).Nodes {
		h = append(h, n.Server)
	}
	caseD1(t, h)
}

func caseD1(t *testing.T, h house) {
	s, other := h.at(0), harness.Start(t)
	if s.Admin.Password == other.Admin.Password || s.Admin.Password == s.Agents[0].Password || len(s.Admin.Password) < 20 {
		t.Errorf("generated passwords: %q, %q, %q", s.Admin.Password, s.Agents[0].Password, other.Admin.Password)
	}
	for _, guess := range []string{"", "admin", "password", "parley", "changeme"} {
		newBrowser(t, other).want(401, "POST", "/api/login", map[string]string{"username": "admin", "password": guess})
	}
	for i, node := range h {
		if info, err := os.Stat(node.ReadyFile()); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the ready file: %v, %v", info, err)
		}
		if strings.Contains(node.Log(), s.Admin.Password) {
			t.Error("the log tells the password")
		}
		if node.Admin != s.Admin || node.Agents[0] != s.Agents[0] {
			t.Errorf("node %d tells of %+v, the first one of %+v", i, node.Admin, s.Admin)
		}
	}

	b := behindProxy(t, s, s.Admin.Password)
	b.next = s.Around(h...).Next
	if me := b.want(200, "GET", "/api/me", nil); me.member(t, "password_change_needed") != true {
		t.Errorf("me is %s", me.body)
	}
	refused := 0
	for _, op := range operations(openAPI(t, s)) {
		if op.Needs == "anyone" || strings.Contains("GetMe Logout ChangePassword", op.OperationID) {
			continue
		}
		refused++
		path := strings.NewReplacer("{session}", "x", "{response}", "x", "{note}", "x", "{contact}", "x", "{user}", "x").Replace(op.path)
		if a := b.want(403, op.method, path, nil); !strings.Contains(string(a.body), "/api/password") {
			t.Errorf("%s: %s", op.OperationID, a.body)
		}
	}
	if refused < 20 {
		t.Errorf("only %d routes were tried", refused)
	}
	b.want(400, "POST", "/api/password", map[string]string{"old_password": s.Admin.Password, "new_password": s.Admin.Password})
	changed := b.want(200, "POST", "/api/password", map[string]string{"old_password": s.Admin.Password, "new_password": secret})
	b.token, _ = changed.member(t, "csrf_token").(string)
	b.want(200, "GET", "/api/audit", nil)
	first := s.Admin.Password
	for _, node := range h {
		behindProxy(t, node, secret).want(200, "GET", "/api/audit", nil)
		newBrowser(t, node).want(401, "POST", "/api/login", map[string]string{"username": "admin", "password": first})
		node.Restart()
		var ready map[string]any
		if raw, err := os.ReadFile(node.ReadyFile()); err != nil || json.Unmarshal(raw, &ready) != nil || ready["admin"] != nil {
			t.Errorf("after the change the ready file tells %v, %v", ready["admin"], err)
		}
	}
}

// behindProxy signs the administrator in as a proxy passes it on.
func behindProxy(t *testing.T, s *harness.Server, password string) *browser {
	t.Helper()
	b := newBrowser(t, s)
	b.header.Set("X-Forwarded-For", "192.0.2.1")
	b.header.Set("X-Forwarded-Proto", "https")
	a := b.want(200, "POST", "/api/login", map[string]string{"username": "admin", "password": password})
	b.token, _ = a.member(t, "csrf_token").(string)
	return b
}
