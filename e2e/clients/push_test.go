package clients_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"

	"parley/e2e/harness"
	"parley/outbound/webpush"
)

// browser is a browser that has subscribed to a push service of the test's.
type browser struct {
	t      *testing.T
	key    *ecdh.PrivateKey
	auth   []byte
	server string // the applicationServerKey
	url    string
	over   atomic.Bool
	heard  chan map[string]string
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, key: key, auth: []byte("0123456789abcdef"), heard: make(chan map[string]string, 99)}
	service := httptest.NewServer(b)
	t.Cleanup(service.Close)
	b.url = service.URL
	return b
}

func (b *browser) subscription() string {
	return fmt.Sprintf(`{"endpoint":"%s/push/s3cret-of-the-browser","expirationTime":null,"keys":{"p256dh":%q,"auth":%q}}`, b.url,
		base64.RawURLEncoding.EncodeToString(b.key.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(b.auth))
}

// ServeHTTP is the push service: it checks who sends, and gives the message to the browser.
func (b *browser) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if b.over.Load() {
		w.WriteHeader(http.StatusGone)
		b.heard <- nil
		return
	}
	if err := b.known(r.Header.Get("Authorization")); err != nil || r.Header.Get("Content-Encoding") != "aes128gcm" || r.Header.Get("TTL") == "" {
		b.t.Errorf("%v, header %v", err, r.Header)
	}
	var message map[string]string
	if err := json.Unmarshal(b.decrypt(body), &message); err != nil {
		b.t.Error(err)
	}
	b.heard <- message
	w.WriteHeader(http.StatusCreated)
}

// known checks the signature of RFC 8292.
func (b *browser) known(authorization string) error {
	token, key, ok := strings.Cut(strings.TrimPrefix(authorization, "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if !ok || key != b.server || len(parts) != 3 {
		return fmt.Errorf("authorization %.40s", authorization)
	}
	point, _ := base64.RawURLEncoding.DecodeString(key)
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return err
	}
	signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if len(signature) != 64 || !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return fmt.Errorf("the signature does not hold")
	}
	var claims struct {
		Aud string
		Exp int64
	}
	raw, _ := base64.RawURLEncoding.DecodeString(parts[1])
	if err := json.Unmarshal(raw, &claims); err != nil || claims.Aud != b.url || claims.Exp < time.Now().Unix() || claims.Exp > time.Now().Add(24*time.Hour).Unix() {
		return fmt.Errorf("claims %s, %v", raw, err)
	}
	return nil
}

// decrypt opens the one record of RFC 8188.
func (b *browser) decrypt(body []byte) []byte {
	salt, size := body[:16], int(body[20])
	server, sealed := body[21:21+size], body[21+size:]
	theirs, err := ecdh.P256().NewPublicKey(server)
	if err != nil {
		b.t.Error(err)
		return nil
	}
	shared, err := b.key.ECDH(theirs)
	if err != nil {
		b.t.Error(err)
		return nil
	}
	key, nonce, err := webpush.Keys(shared, b.auth, b.key.PublicKey().Bytes(), server, salt)
	if err != nil {
		b.t.Error(err)
		return nil
	}
	block, _ := aes.NewCipher(key)
	gcm, _ := cipher.NewGCM(block)
	open, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil || len(open) == 0 || open[len(open)-1] != 2 {
		b.t.Errorf("the message cannot be read: %v", err)
		return nil
	}
	return open[:len(open)-1]
}

func (b *browser) await() map[string]string {
	b.t.Helper()
	select {
	case m := <-b.heard:
		return m
	case <-time.After(20 * time.Second):
		b.t.Fatal("no push message")
	}
	return nil
}

// TestPush: a customer without a socket hears of messages; one with a socket does not; a subscription that is over is forgotten.
func TestPush(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	s := harness.Start(t, harness.Flags("--allow-outbound", "127.0.0.1", "--log-level", "debug"))
	res, err := http.Get(s.URL + "/push/key")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var key struct{ ApplicationServerKey string }
	if err := json.NewDecoder(res.Body).Decode(&key); err != nil {
		t.Fatal(err)
	}
	b.server = key.ApplicationServerKey
	chat := s.Join(harness.WithFlow(quiet(s)))
	text := output(t, command(t, s, "python3", "boto3_push.py", s.InstanceID, chat.ContactID, b.subscription()))
	wantCalled(t, note(t, "boto3", text), "connect.CreatePushNotificationRegistration", "connect.DeletePushNotificationRegistration")
	say := helper(t, s, chat)
	say("while the socket is open")
	chat.Socket.AwaitText("while the socket is open")
	s.Advance(time.Second) // whether to push was decided while the socket was open
	chat.Socket.Close()
	harness.Await(t, "a push message", 20*time.Second, func() error { // the server hears of the close in its time
		say("are you there?")
		if len(b.heard) == 0 {
			return fmt.Errorf("none yet")
		}
		return nil
	})
	if m := b.await(); m["Content"] != "are you there?" || m["DisplayName"] != "Bot" || m["ParticipantRole"] != "CUSTOM_BOT" || m["ContactId"] != chat.ContactID {
		t.Errorf("the browser hears %v", m)
	}
	register := func(n int) error {
		_, err := s.Connect().CreatePushNotificationRegistration(t.Context(), &connect.CreatePushNotificationRegistrationInput{
			InstanceId: &s.InstanceID, PinpointAppArn: aws.String("arn:aws:mobiletargeting:us-east-1:123456789012:apps/none"), DeviceType: types.DeviceTypeGcm,
			DeviceToken: aws.String(strings.Replace(b.subscription(), "/push/", fmt.Sprintf("/push/%d/", n), 1)), ContactConfiguration: &types.ContactConfiguration{ContactId: &chat.ContactID},
		})
		return err
	}
	for n := range 4 { // beside the first one
		if err := register(n); err != nil {
			t.Fatal(err)
		}
	}
	b.over.Store(true)
	harness.WantRefusal(t, register(9), 402, "ServiceQuotaExceededException")
	say("into the void")
	harness.Await(t, "room for another registration", 20*time.Second, func() error { return register(9) })
	if strings.Contains(s.Log(), "s3cret") {
		t.Error("the log has an endpoint")
	}
}

// helper adds a custom participant, and says things as it.
func helper(t *testing.T, s *harness.Server, chat *harness.Chat) func(text string) {
	t.Helper()
	made, err := s.Connect().CreateParticipant(t.Context(), &connect.CreateParticipantInput{
		InstanceId: &s.InstanceID, ContactId: &chat.ContactID,
		ParticipantDetails: &types.ParticipantDetailsToAdd{ParticipantRole: types.ParticipantRoleCustomBot, DisplayName: aws.String("Bot")},
	})
	if err != nil {
		t.Fatal(err)
	}
	token := aws.ToString(s.Connection(aws.ToString(made.ParticipantCredentials.ParticipantToken)).ConnectionCredentials.ConnectionToken)
	return func(text string) {
		t.Helper()
		if _, err := s.Participant().SendMessage(t.Context(), &connectparticipant.SendMessageInput{
			ConnectionToken: &token, ContentType: aws.String("text/plain"), Content: &text,
		}); err != nil {
			t.Fatal(err)
		}
	}
}
