package clients_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"

	"parley/e2e/harness"
	"parley/internal/oidctest"
)

const (
	userPool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Shop"
	backAt   = "https://shop.example/signed-in" // nobody is asked there
)

// signingIn is a flow that asks the customer to sign in.
func signingIn(s *harness.Server, name string) string {
	return s.Flow(name, harness.Block{
		Type: "AuthenticateParticipant", Parameters: map[string]any{
			"CognitoConfiguration":          map[string]any{"UserPoolArn": userPool, "AppClientId": "shop"},
			"CustomerProfilesConfiguration": map[string]any{"ObjectTypeName": "Customers"}, "TimeLimitMinutes": "5",
		},
		Cases: map[string]string{"OptedOut": "out"}, Errors: map[string]string{"NoMatchingError": "bad", "TimeLimitExceeded": "late"},
	}, harness.Say("signed in $.SegmentAttributes['connect:CustomerAuthentication'].ValueMap.Status.ValueString as customer $.CustomerId").Then("stay"),
		harness.Say("opted out").Named("out").Then("stay"), harness.Say("failed").Named("bad").Then("stay"), harness.Say("too late").Named("late").Then("stay"),
		harness.Wait(harness.Week).Named("stay"))
}

// TestCustomersSignIn: boto3, and chatjs in Chromium, against a provider that takes security seriously; nothing secret is logged.
func TestCustomersSignIn(t *testing.T) {
	t.Parallel()
	p := oidctest.New(t, oidctest.Client{ID: "shop", Secret: "s3cret-of-the-shop"})
	p.Claim(map[string]any{"given_name": "Ada"})
	s := harness.Start(t, harness.Flags("--customer-login", userPool+"="+p.URL, "--allow-outbound", "127.0.0.1", "--log-level", "debug"),
		harness.Env("PARLEY_CUSTOMER_LOGIN_SECRETS=shop=s3cret-of-the-shop"))
	flow := signingIn(s, "Sign in")
	three := []string{"connectparticipant.GetAuthenticationUrl", "connectparticipant.CancelParticipantAuthentication", "connect.UpdateParticipantAuthentication"}
	wantCalled(t, note(t, "boto3", output(t, command(t, s, "python3", "boto3_signin.py", s.InstanceID, flow, backAt))), three...)
	wantCalled(t, note(t, "amazon-connect-chatjs", output(t, node(t, s, "signin.mjs", s.InstanceID, flow, backAt))), three[:2]...)
	if p.Exchanged() != 2 {
		t.Errorf("%d codes were exchanged", p.Exchanged())
	}
	signInTooLate(t, s, flow)
	for _, secret := range []string{"s3cret", "code_verifier", "code="} {
		if strings.Contains(s.Log(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// signInTooLate: the time limits by a clock that is moved, and a sign-in that a restart of the server lies in.
func signInTooLate(t *testing.T, s *harness.Server, flow string) {
	t.Helper()
	idle := s.Join(harness.WithFlow(flow))
	begun := s.Join(harness.WithFlow(flow))
	session := func(c *harness.Chat) string {
		content := c.Socket.AwaitEvent("authentication.initiated").Content
		return strings.TrimSuffix(strings.TrimPrefix(content, `{"SessionId":"`), `"}`)
	}
	first, second := session(idle), session(begun)
	where := func(c *harness.Chat, id string) error {
		_, err := s.Participant().GetAuthenticationUrl(t.Context(), &connectparticipant.GetAuthenticationUrlInput{
			ConnectionToken: &c.ConnectionToken, SessionId: &id, RedirectUri: aws.String(backAt),
		})
		return err
	}
	if err := where(begun, second); err != nil {
		t.Fatal(err)
	}
	s.Advance(61 * time.Second)
	harness.WantRefusal(t, where(idle, first), 400, "ValidationException")
	s.Advance(4 * time.Minute)
	idle.Socket.AwaitEvent("authentication.expired")
	begun.Socket.AwaitEvent("authentication.timeout")
	idle.Socket.AwaitText("too late")
	harness.WantRefusal(t, where(idle, first), 403, "AccessDeniedException")
	_, err := s.Connect().UpdateParticipantAuthentication(t.Context(), &connect.UpdateParticipantAuthenticationInput{
		InstanceId: &s.InstanceID, State: aws.String("nonsense"), Code: aws.String("x"),
	})
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
}
