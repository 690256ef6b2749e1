// Package pages_test drives the built pages in Chromium: the scripts are those of web/e2e.
package pages_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// needed fails the test where the pages are not built.
func needed(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("../../web/dist/site/index.html"); err != nil {
		t.Fatal("the pages are not built: run make build, with Node installed")
	}
}

// drive runs a script of web/e2e against a server with an agent who takes chats by itself, once it is available.
func drive(t *testing.T, script string, available bool) {
	t.Helper()
	needed(t)
	s := harness.Start(t)
	ben := s.Agent("Ben", true, 1)
	if available {
		ben.Online()
	}
	run(t, script, worldOf(s, ben))
}

// world is what a script is told of the server.
type world map[string]any

// account is how somebody signs in.
func account(username, password string) map[string]string {
	return map[string]string{"username": username, "password": password}
}

func worldOf(s *harness.Server, ben *harness.Agent) world {
	return world{
		"url": s.URL, "instance": s.InstanceID, "flow": s.ContactFlowID, "agent": ben.UserID,
		"ben":   account("Ben@example.com", "Secret-Pass-1"),
		"clerk": account(s.Agents[0].Username, s.Agents[0].Password), // who accepts by hand
		"admin": account(s.Admin.Username, s.Admin.Password),
	}
}

// run runs a script of web/e2e.
func run(t *testing.T, script string, given world) {
	t.Helper()
	told, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	out, err := node(t.Context(), scriptLimit, "PARLEY_E2E_WORLD="+string(told), script)
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	t.Logf("%s", out)
}

// scriptLimit is how long a script may take: those that take longest need under two minutes of a machine that has nothing else to do.
const scriptLimit = 6 * time.Minute

// node runs Node.js in web/e2e with one more variable. What is not done within the limit is asked to end, so that it closes its browser, and then killed.
func node(ctx context.Context, limit time.Duration, env string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Dir = "../../web/e2e"
	cmd.Env = append(os.Environ(), env)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() == context.DeadlineExceeded {
		err = fmt.Errorf("it was not done within %v, and was ended; what it said until then:", limit)
	}
	return out, err
}

// TestAScriptThatHangs is ended, and what it said until then is told.
func TestAScriptThatHangs(t *testing.T) {
	needed(t)
	for name, script := range map[string]string{
		"waits":   `console.log("so far"); setInterval(() => {}, 1000)`,
		"is deaf": `console.log("so far"); process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := node(t.Context(), 2*time.Second, "NOTHING=", "-e", script)
			if err == nil || !strings.Contains(err.Error(), "not done within 2s") || !strings.Contains(string(out), "so far") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestJourney: a customer's chat from the launcher to the end.
func TestJourney(t *testing.T) { drive(t, "journey.mjs", true) }

// TestQueue: what a customer is told who waits, and whose chat does not start.
func TestQueue(t *testing.T) { drive(t, "queue.mjs", false) }

// TestTemplates: every interactive message, answered by the keyboard alone.
func TestTemplates(t *testing.T) { drive(t, "templates.mjs", true) }

// TestLooks: no page has anything that axe objects to, light and dark, on a telephone and on a desk.
func TestLooks(t *testing.T) { drive(t, "looks.mjs", true) }

// TestTextStaysText: what people, flows and administrators say is never code (C1).
func TestTextStaysText(t *testing.T) { drive(t, "text.mjs", true) }

// TestCustomers: a device that several customers use shows nobody another's chat.
func TestCustomers(t *testing.T) { drive(t, "customers.mjs", true) }

// TestDevices: a signed-in customer's chat is on all of their devices, and on nobody else's.
func TestDevices(t *testing.T) { drive(t, "devices.mjs", true) }

// TestWebView: the chat within an app, whose web view lacks much that a browser has.
func TestWebView(t *testing.T) { drive(t, "webview.mjs", true) }

// TestSilence: a customer who says nothing is warned before the chat ends, and told why it did.
func TestSilence(t *testing.T) {
	t.Parallel()
	needed(t)
	s := harness.Start(t)
	ben := s.Agent("Ben", true, 1)
	go func() {
		if err := timed(t.Context(), s); err != nil {
			t.Error(err)
			return
		}
		ben.Online()
	}()
	run(t, "silence.mjs", worldOf(s, ben))
}

// timed waits for a chat, and has its customer counted as idle after five minutes of silence, and two later taken leave of.
func timed(ctx context.Context, s *harness.Server) error {
	now := time.Now()
	for {
		found, err := s.Connect().SearchContacts(ctx, &connect.SearchContactsInput{
			InstanceId: &s.InstanceID, TimeRange: &types.SearchContactsTimeRange{Type: types.SearchContactsTimeRangeTypeInitiationTimestamp, StartTime: aws.Time(now.Add(-time.Hour)), EndTime: aws.Time(now.Add(time.Hour))},
		})
		if err != nil {
			return err
		}
		if len(found.Contacts) == 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(50 * time.Millisecond):
				continue
			}
		}
		timer := func(kind types.ParticipantTimerType, minutes int32) types.ParticipantTimerConfiguration {
			return types.ParticipantTimerConfiguration{
				ParticipantRole: types.TimerEligibleParticipantRolesCustomer, TimerType: kind,
				TimerValue: &types.ParticipantTimerValueMemberParticipantTimerDurationInMinutes{Value: minutes},
			}
		}
		_, err = s.Connect().UpdateParticipantRoleConfig(ctx, &connect.UpdateParticipantRoleConfigInput{
			InstanceId: &s.InstanceID, ContactId: found.Contacts[0].Id,
			ChannelConfiguration: &types.UpdateParticipantRoleConfigChannelInfoMemberChat{Value: types.ChatParticipantRoleConfig{
				ParticipantTimerConfigList: []types.ParticipantTimerConfiguration{timer(types.ParticipantTimerTypeIdle, 5), timer(types.ParticipantTimerTypeDisconnectNoncustomer, 2)},
			}},
		})
		return err
	}
}

// TestTenThousandMessages: a long chat stays quick, and the document small.
func TestTenThousandMessages(t *testing.T) { drive(t, "many.mjs", true) }

// TestUnits runs the tests of the pages' own rules.
func TestUnits(t *testing.T) {
	needed(t)
	cmd := exec.CommandContext(t.Context(), "npx", "--no-install", "vitest", "run")
	cmd.Dir = "../../web"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("vitest: %v\n%s", err, out)
	}
}
