package harness

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Config points the Go SDK at the server, without retries, so that a test sees
// the first answer. Calls that succeed are recorded (see Record).
func (s *Server) Config() aws.Config {
	return aws.Config{
		Region:       s.Region,
		BaseEndpoint: aws.String(s.Next()),
		Credentials:  credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretAccessKey, ""),
		HTTPClient:   &http.Client{Transport: wholeRequests{}},
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
		APIOptions:   []func(*middleware.Stack) error{recordCalls},
	}
}

// wholeRequests hides from net/http that a request's body can write itself.
// The SDK closes the body as soon as it has the answer; from a fast server that
// may be before net/http has looked for the body's end, and a body that can
// write itself then reports an error, for which net/http drops the connection.
// With its usual retries the SDK tries again; the tests have none.
type wholeRequests struct{}

// RoundTrip sends a request through the default transport.
func (wholeRequests) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body != nil && request.Body != http.NoBody {
		request = request.Clone(request.Context())
		request.Body = struct{ io.ReadCloser }{request.Body}
	}
	return http.DefaultTransport.RoundTrip(request)
}

// Connect returns the Go SDK's client of the connect service.
func (s *Server) Connect() *connect.Client { return connect.NewFromConfig(s.Config()) }

// Participant returns the Go SDK's client of the participant service.
func (s *Server) Participant() *connectparticipant.Client {
	return connectparticipant.NewFromConfig(s.Config())
}

// Environment returns what the banner tells people to export, and nothing
// else that an AWS client looks at.
func (s *Server) Environment() []string {
	return []string{
		"AWS_ENDPOINT_URL_CONNECT=" + s.URL,
		"AWS_ENDPOINT_URL_CONNECTPARTICIPANT=" + s.URL,
		"AWS_ACCESS_KEY_ID=" + s.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + s.SecretAccessKey,
		"AWS_REGION=" + s.Region,
		"AWS_DEFAULT_REGION=" + s.Region,
	}
}

// Refusal is how a call was refused: the HTTP status and the error's name.
type Refusal struct {
	Status int
	Name   string
}

// RefusalOf reads an SDK error; the zero Refusal stands for success.
func RefusalOf(err error) (r Refusal) {
	var status *smithyhttp.ResponseError
	var api smithy.APIError
	if errors.As(err, &status) {
		r.Status = status.HTTPStatusCode()
	}
	if errors.As(err, &api) {
		r.Name = api.ErrorCode()
	}
	return r
}

// WantRefusal fails the test unless err is this refusal.
func WantRefusal(t testing.TB, err error, status int, name string) {
	t.Helper()
	if err == nil {
		t.Errorf("the call succeeded, want %d %s", status, name)
		return
	}
	if got := RefusalOf(err); got != (Refusal{status, name}) {
		t.Errorf("refused with %d %q (%v), want %d %q", got.Status, got.Name, err, status, name)
	}
}
