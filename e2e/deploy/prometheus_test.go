package deploy_test

import (
	"bytes"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestPrometheusTakesTheAlerts: Prometheus's own tool reads the rules; each alert fires on its trouble, not before
// its time, and none on a healthy server.
func TestPrometheusTakesTheAlerts(t *testing.T) {
	dir := root("deploy", "prometheus")
	run(t, exec.Command("promtool", "check", "rules", dir+"/alerts.yaml"))
	run(t, exec.Command("promtool", "test", "rules", dir+"/alerts_test.yaml"))
	tests := read(t, dir+"/alerts_test.yaml")
	for _, m := range regexp.MustCompile(`- alert: (\w+)`).FindAllStringSubmatch(read(t, dir+"/alerts.yaml"), -1) {
		name := regexp.QuoteMeta(m[1])
		if !regexp.MustCompile(`alertname: ` + name + `\n\s+exp_alerts:`).MatchString(tests) {
			t.Errorf("no test lets %s fire", m[1])
		}
		if !strings.Contains(tests, "{eval_time: 55m, alertname: "+m[1]+"}") {
			t.Errorf("the healthy server is not asked about %s", m[1])
		}
	}
}

// TestPrometheusTakesTheMetrics: what a server that has served a chat shows is in the form and follows the names that Prometheus asks for.
func TestPrometheusTakesTheMetrics(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	s.Join(s.Quiet())
	cmd := exec.Command("promtool", "check", "metrics")
	request, err := http.NewRequest("GET", s.URL+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = bytes.NewReader(s.Send(request).Want(t, 200, "").Body)
	run(t, cmd)
}
