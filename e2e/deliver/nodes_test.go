package deliver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// waiting is how often the only delivery that waits was tried, as a node tells from the database.
func waiting(t *testing.T, s *harness.Server) (tries int) {
	t.Helper()
	var list struct {
		Deliveries []struct{ Tries int }
	}
	raw := s.Signed("POST", "/parley/deliveries/list", map[string]any{"instance": s.InstanceID}).Want(t, http.StatusOK, "").Body
	if err := json.Unmarshal(raw, &list); err != nil || len(list.Deliveries) > 1 {
		t.Fatalf("%s: %v", raw, err)
	}
	for _, d := range list.Deliveries {
		tries = d.Tries
	}
	return tries
}

// TestThreeNodesTryADelivery: of three nodes the one that tried last is killed while a message that was refused waits for its next try. Another one goes
// on where it stood: with the fourth try, not before the pause is over, under the same id and with the same content; then comes the rest, in its order.
func TestThreeNodesTryADelivery(t *testing.T) {
	t.Parallel()
	h := hear(t)
	h.answering(func(n int, _ *http.Request, _ map[string]any) int {
		if n <= 4 {
			return http.StatusBadRequest
		}
		return http.StatusNoContent
	})
	c := cluster.Start(t, cluster.Config{Flags: []string{"--allow-outbound", "127.0.0.1", "--contact-events", "crm=" + h.URL}})
	chat := quiet(c.Nodes[0].Server, c.Nodes[0].Flow("Quiet", harness.Wait(harness.Week)))
	chat.Leave() // what comes later waits behind it
	harness.Await(t, "the third try", 40*time.Second, func() error {
		if n := waiting(t, c.Nodes[0].Server); n < 3 {
			return fmt.Errorf("it was tried %d times", n)
		}
		return nil
	})
	h.mu.Lock()
	id, n := h.all[0].id, len(h.all)
	h.mu.Unlock()
	by := func(try int) int {
		return slices.IndexFunc(c.Nodes, func(n *cluster.Node) bool { return strings.Contains(n.Log(), fmt.Sprintf("id=%s tries=%d ", id, try)) })
	}
	last := by(3)
	if last < 0 || n != 3 {
		t.Fatalf("%d tries, the third by node %d", n, last)
	}
	c.Nodes[last].Kill()
	left := slices.Delete(slices.Clone(c.Nodes), last, last+1)
	harness.Await(t, "the fourth try, by another node", 40*time.Second, func() error {
		if now := by(4); now < 0 || now == last {
			return fmt.Errorf("%d attempts came", h.attempts())
		}
		return nil
	})
	awaitTypes(t, chat.ContactID, h.events, plain...)
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, r := range h.all[:5] {
		if r.id != id || string(r.raw) != string(h.all[0].raw) {
			t.Errorf("try %d came as %s: %s", i+1, r.id, r.raw)
		}
		if pause := time.Second << max(i-1, 0); i > 0 && r.at.Sub(h.all[i-1].at) < pause-10*time.Millisecond {
			t.Errorf("try %d came %v after the one before", i+1, r.at.Sub(h.all[i-1].at))
		}
	}
	if n := len(h.all); n != 4+len(plain) {
		t.Errorf("%d attempts came: something was sent again that had been taken", n)
	}
	out, err := left[0].Command("deliveries", "list", "--contact", chat.ContactID).CombinedOutput()
	if err != nil || !regexp.MustCompile(`INITIATED +events/crm +delivered +5 `).Match(out) {
		t.Errorf("the log of deliveries: %v\n%s", err, out)
	}
}
