package accounts_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lxzan/gws"

	"parley/e2e/harness"
)

// tryOpen opens one more socket of somebody and returns how the upgrade was answered.
func tryOpen(t *testing.T, b *browser) (conn *gws.Conn, status int) {
	t.Helper()
	header := http.Header{"Cookie": {"__Host-parley=" + b.cookies["__Host-parley"]}}
	conn, answer, err := gws.NewClient(gws.BuiltinEventHandler{}, &gws.ClientOption{Addr: "ws" + strings.TrimPrefix(b.url, "http") + "/api/socket", RequestHeader: header})
	if answer == nil {
		t.Fatal(err)
	}
	if conn != nil {
		t.Cleanup(func() { conn.NetConn().Close() })
	}
	return conn, answer.StatusCode
}

// TestSocketsAreBounded: ten for a user, as many for an address as it may have connections; a closed one makes room.
func TestSocketsAreBounded(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "connections-per-address=15"))
	id := profile(t, s, "agents", "BasicAgentAccess")
	user(t, s, "ada", id)
	user(t, s, "bob", id)
	for _, of := range []struct {
		name string
		most int
	}{{"ada", 10}, {"bob", 5}} {
		b := signIn(t, s, of.name, secret)
		var last *gws.Conn
		for i := range of.most {
			conn, status := tryOpen(t, b)
			if last = conn; status != 101 {
				t.Fatalf("socket %d of %s: %d", i+1, of.name, status)
			}
		}
		if _, status := tryOpen(t, b); status != 429 {
			t.Errorf("one more of %s: %d", of.name, status)
		}
		if of.name == "ada" {
			continue
		}
		last.NetConn().Close()
		harness.Await(t, "a closed socket makes room", 10*time.Second, func() error {
			if _, status := tryOpen(t, b); status != 101 {
				return fmt.Errorf("answered %d", status)
			}
			return nil
		})
	}
}
