//go:build bundle

package clients_test

import (
	"os"
	"testing"

	"parley/e2e/harness"
)

// TestChatInterface drives the official chat interface, unchanged, in Chromium. Its bundle is nobody's package, so it is not part of
// `make test`: `make test-bundle BUNDLE=FILE` runs it on a copy (docs/widgets.md says where one is).
func TestChatInterface(t *testing.T) {
	s := harness.Start(t)
	flow := s.Flow("Greets", harness.Say("Welcome to the shop"), harness.Wait(3600), harness.Wait(harness.Week))
	cmd := node(t, s, "interface.mjs", s.InstanceID, flow, os.Getenv("PARLEY_E2E_BUNDLE"))
	cmd.Env = append(cmd.Env, "PARLEY_ADMIN="+s.Admin.Username+":"+s.Admin.Password)
	r := note(t, "amazon-connect-chat-interface", output(t, cmd))
	wantCalled(t, r, "connectparticipant.CreateParticipantConnection", "connectparticipant.SendMessage", "connectparticipant.GetTranscript", "connectparticipant.DisconnectParticipant",
		"connectparticipant.SendEvent", "connectparticipant.StartAttachmentUpload", "connectparticipant.CompleteAttachmentUpload")
}
