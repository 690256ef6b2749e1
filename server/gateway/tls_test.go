package gateway_test

import (
	"crypto/tls"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lxzan/gws"
)

func TestOverTLS(t *testing.T) {
	w := newWorld(t, nil)
	server := httptest.NewTLSServer(w.gw)
	defer server.Close()
	c := &client{frames: make(chan string, 8), closed: make(chan uint16, 1)}
	conn, _, err := gws.NewClient(c, &gws.ClientOption{
		Addr:      "wss" + strings.TrimPrefix(server.URL, "https") + "/ws?token=s/c/1",
		TlsConfig: &tls.Config{InsecureSkipVerify: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Conn = conn
	go conn.ReadLoop()
	c.WriteString(subscribe)
	c.expect(t, ack)
	w.say("s", message("over TLS"))
	c.expectContent(t, "over TLS")
	c.NetConn().Close()
}
