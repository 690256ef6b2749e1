package webpush_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"parley/internal/fault"
	"parley/outbound/webpush"
)

func bytesOf(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// The example of RFC 8291, appendix A.
func TestTheKeysOfTheStandard(t *testing.T) {
	key, nonce, err := webpush.Keys(
		bytesOf(t, "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"), bytesOf(t, "BTBZMqHH6r4Tts7J_aSIgg"),
		bytesOf(t, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
		bytesOf(t, "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"),
		bytesOf(t, "DGv6ra1nlYgDCS1FRnbzlw"))
	if err != nil {
		t.Fatal(err)
	}
	if got := base64.RawURLEncoding.EncodeToString(key) + " " + base64.RawURLEncoding.EncodeToString(nonce); got != "oIhVW04MRdy2XN9CiKLxTg 4h_95klXJ5E_qnoN" {
		t.Errorf("key and nonce are %s", got)
	}
}

func TestWhatIsNoSubscription(t *testing.T) {
	const good = `{"endpoint":"https://push.example/x","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}`
	if _, err := webpush.Parse("it", good); err != nil {
		t.Errorf("%v", err)
	}
	for bad, named := range map[string]string{
		"": "it must be", "{}": "it must be", "null": "it must be", "[]": "it must be", "token-of-a-phone": "it must be",
		strings.Replace(good, "endpoint", "end", 1): "it.endpoint", strings.Replace(good, "https://push.example/x", "", 1): "it.endpoint",
		strings.Replace(good, "BCVx", "BCVy", 1): "it.keys.p256dh", strings.Replace(good, "p256dh", "p256", 1): "it.keys.p256dh",
		strings.Replace(good, "BTBZ", "BT", 1): "it.keys.auth", strings.Replace(good, `"auth"`, `"au"`, 1): "it.keys.auth",
	} {
		if _, err := webpush.Parse("it", bad); !fault.Is(err, fault.Invalid) || !strings.HasPrefix(err.Error(), named) {
			t.Errorf("%.40s: %v, want %s", bad, err, named)
		}
	}
	if s, err := webpush.Parse("it", strings.Replace(good, `"endpoint"`, `"expirationTime":null,"x":1,"endpoint"`, 1)); err != nil || s.String() != good {
		t.Errorf("it is kept as %s, %v", s, err)
	}
}
