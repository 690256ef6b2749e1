package node_test

import (
	"net/http"
	"strings"
	"testing"

	"parley/node"
)

// ask calls the server on its loopback address under another name.
func ask(t *testing.T, url, host string) int {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestPlainHTTPIsForThoseWhoMayUseIt(t *testing.T) {
	for name, c := range map[string]struct {
		edit    func(*node.Config)
		refused bool
	}{
		"local":                  {func(c *node.Config) { c.Listen, c.PlainHTTP = "0.0.0.0:0", "local" }, true},
		"any":                    {func(c *node.Config) { c.Listen, c.PlainHTTP = "0.0.0.0:0", "any" }, false},
		"local behind a proxy":   {func(c *node.Config) { c.Listen, c.PlainHTTP, c.BehindProxy = "0.0.0.0:0", "local", true }, false},
		"local on loopback only": {func(c *node.Config) { c.PlainHTTP = "local" }, false},
	} {
		cfg := config(t)
		cfg.TestControls = false
		c.edit(&cfg)
		n := start(t, cfg)
		url := n.Ready().URL
		if !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Errorf("%s: the server says that this machine reaches it at %s", name, url)
		}
		for host, refused := range map[string]bool{
			"": false, "localhost": false, "[::1]:8080": false, "192.0.2.7:8080": c.refused, "chat.example": c.refused, "localhost.chat.example": c.refused,
		} {
			if got := ask(t, url+"/", host) == http.StatusMisdirectedRequest; got != refused {
				t.Errorf("%s: a call to %q is refused: %v", name, host, got)
			}
		}
		if got := ask(t, url+"/readyz", "10.0.0.7:8080"); got != http.StatusOK {
			t.Errorf("%s: a probe is answered with %d", name, got)
		}
		stop(t, n)
	}
}
