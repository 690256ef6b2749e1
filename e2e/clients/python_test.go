package clients_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parley/e2e/harness"
)

func TestBoto3(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_chat.py", s.InstanceID, quiet(s))))
	wantCalled(t, r, "connect.StartChatContact", "connectparticipant.SendMessage", "connectparticipant.DisconnectParticipant")
}

// TestBoto3Resources: everything about flows.
func TestBoto3Resources(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_resources.py", s.InstanceID)))
	wantCalled(t, r, "connect.CreateContactFlowVersion", "connect.CreateView", "connect.GetPromptFile", "connect.TagResource")
}

// TestBoto3House: what belongs to an instance as a whole.
func TestBoto3House(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_house.py", s.InstanceID)))
	wantCalled(t, r, "connect.GetEffectiveHoursOfOperations", "connect.ListInstanceAttributes", "connect.UpdateInstanceStorageConfig",
		"connect.DisassociateApprovedOrigin", "connect.DisassociateSecurityKey", "connect.DeleteIntegrationAssociation", "connect.SearchResourceTags")
}

// TestTerraform replays how Terraform's Connect resources call the API.
func TestTerraform(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_terraform.py")))
	wantCalled(t, r, "connect.DisassociateQueueQuickConnects", "connect.UpdateRoutingProfileConcurrency", "connect.DeleteUserHierarchyGroup", "connect.DeleteInstance")
}

// TestBoto3Queues: queues, quick connects, the hierarchy, attributes and proficiencies.
func TestBoto3Queues(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_queues.py", s.InstanceID)))
	wantCalled(t, r, "connect.DeleteQueue", "connect.ListQueueQuickConnects", "connect.UpdateUserHierarchyStructure", "connect.DisassociateUserProficiencies",
		"connect.SearchPredefinedAttributes")
}

// TestBoto3People: users, profiles and statuses.
func TestBoto3People(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_people.py", s.InstanceID)))
	wantCalled(t, r, "connect.CreateSecurityProfile", "connect.ListRoutingProfileQueues", "connect.SearchAgentStatuses", "connect.UpdateUserConfig")
}

// TestBoto3Agents: a chat that an agent takes.
func TestBoto3Agents(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_agents.py", s.InstanceID, s.ContactFlowID)))
	wantCalled(t, r, "connect.PutUserStatus", "connect.GetCurrentUserData", "connect.DismissUserContact", "connect.AssociateContactWithUser", "connect.GetContactMetrics",
		"connect.MonitorContact", "connect.GetCurrentMetricData", "connect.GetMetricData", "connect.GetMetricDataV2")
}

// TestBoto3AgainstFailures: throttled twice, the third try succeeds; no retry says a thing twice.
func TestBoto3AgainstFailures(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	output(t, command(t, s, "python3", "boto3_faults.py", s.InstanceID, quiet(s)))
}

// cli calls one operation with the AWS CLI and returns its answer.
func cli(t *testing.T, s *harness.Server, service, operation string, args ...string) map[string]any {
	t.Helper()
	args = append([]string{service, kebab(operation), "--output", "json"}, args...)
	text := output(t, command(t, s, "aws", args...))
	if err := harness.Record("aws-cli", service, operation); err != nil {
		t.Fatal(err)
	}
	answer := map[string]any{}
	if len(text) == 0 {
		return answer
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("%s: %v: %s", operation, err, text)
	}
	return answer
}

// kebab turns SendMessage into send-message.
func kebab(name string) string {
	var b strings.Builder
	for i, letter := range name {
		if i > 0 && letter >= 'A' && letter <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteRune(letter)
	}
	return strings.ToLower(b.String())
}

func TestAWSCLI(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := cli(t, s, "connect", "StartChatContact", "--instance-id", s.InstanceID, "--contact-flow-id", quiet(s),
		"--participant-details", "DisplayName=Customer", "--attributes", "tier=gold")
	contact := chat["ContactId"].(string)
	connection := cli(t, s, "connectparticipant", "CreateParticipantConnection", "--participant-token", chat["ParticipantToken"].(string),
		"--type", "CONNECTION_CREDENTIALS", "WEBSOCKET", "--connect-participant")
	token := connection["ConnectionCredentials"].(map[string]any)["ConnectionToken"].(string)
	sent := cli(t, s, "connectparticipant", "SendMessage", "--connection-token", token, "--content-type", "text/plain", "--content", "hello")
	page := cli(t, s, "connectparticipant", "GetTranscript", "--connection-token", token)
	if newest := page["Transcript"].([]any)[0].(map[string]any); newest["Id"] != sent["Id"] || newest["Content"] != "hello" {
		t.Errorf("the newest item is %v, want the message %v", newest, sent)
	}
	attributes := cli(t, s, "connect", "GetContactAttributes", "--instance-id", s.InstanceID, "--initial-contact-id", contact)
	if got := attributes["Attributes"].(map[string]any)["tier"]; got != "gold" {
		t.Errorf("the attribute tier is %v, want gold", got)
	}
	cli(t, s, "connect", "DescribeContact", "--instance-id", s.InstanceARN, "--contact-id", contact)
	cli(t, s, "connect", "StopContact", "--instance-id", s.InstanceID, "--contact-id", contact)
	wantCLIRefusal(t, s, "ContactNotFoundException", "connect", "stop-contact", "--instance-id", s.InstanceID, "--contact-id", contact)
	wantCLIRefusal(t, s, "AccessDeniedException", "connectparticipant", "send-message",
		"--connection-token", token, "--content-type", "text/plain", "--content", "late")
}

func wantCLIRefusal(t *testing.T, s *harness.Server, name string, args ...string) {
	t.Helper()
	text, err := command(t, s, "aws", args...).CombinedOutput()
	if err == nil || !strings.Contains(string(text), name) {
		t.Errorf("aws %s: %v: %s; want %s", args[1], err, text, name)
	}
}
