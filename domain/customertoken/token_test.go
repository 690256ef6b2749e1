package customertoken

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"strings"
	"testing"
	"time"

	"encoding/json"

	"parley/internal/fault"
)

var now = time.Unix(1_800_000_000, 0)

func token(t *testing.T, header, claims map[string]any, key string) string {
	t.Helper()
	var parts []string
	for _, one := range []map[string]any{header, claims} {
		raw, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(raw))
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(strings.Join(parts, ".")))
	return strings.Join(append(parts, base64.RawURLEncoding.EncodeToString(mac.Sum(nil))), ".")
}

func with(base map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(base)
	changed[name] = value
	if value == nil {
		delete(changed, name)
	}
	return changed
}

func TestRead(t *testing.T) {
	header := map[string]any{"alg": "HS256", "typ": "JWT"}
	claims := map[string]any{"sub": "w", "iat": now.Unix(), "exp": now.Unix() + 600, "attributes": map[string]string{"plan": "gold"}, "customerId": "c7"}
	for name, c := range map[string]struct {
		token string
		ok    bool
	}{
		"as documented":                {token(t, header, claims, "new"), true},
		"with the older key":           {token(t, header, claims, "old"), true},
		"without a type":               {token(t, with(header, "typ", nil), claims, "new"), true},
		"a clock that is ahead":        {token(t, header, with(with(claims, "iat", now.Unix()+59), "exp", now.Unix()+100), "new"), true},
		"another key":                  {token(t, header, claims, "foreign"), false},
		"an empty key":                 {token(t, header, claims, ""), false},
		"no algorithm":                 {token(t, with(header, "alg", "none"), claims, "new"), false},
		"another algorithm":            {token(t, with(header, "alg", "HS512"), claims, "new"), false},
		"what must be understood":      {token(t, with(header, "crit", []string{"b64"}), claims, "new"), false},
		"no signature":                 {strings.Join(strings.Split(token(t, header, claims, "new"), ".")[:2], ".") + ".", false},
		"another widget":               {token(t, header, with(claims, "sub", "v"), "new"), false},
		"no subject":                   {token(t, header, with(claims, "sub", nil), "new"), false},
		"over":                         {token(t, header, with(with(claims, "iat", now.Unix()-600), "exp", now.Unix()), "new"), false},
		"good for too long":            {token(t, header, with(claims, "exp", now.Unix()+601), "new"), false},
		"of tomorrow":                  {token(t, header, with(with(claims, "iat", now.Unix()+86_400), "exp", now.Unix()+86_500), "new"), false},
		"without an end":               {token(t, header, with(claims, "exp", nil), "new"), false},
		"without a beginning":          {token(t, header, with(claims, "iat", nil), "new"), false},
		"an attribute that is no text": {token(t, header, with(claims, "attributes", map[string]any{"plan": 1}), "new"), false},
		"too long":                     {token(t, header, with(claims, "attributes", map[string]string{"x": strings.Repeat("x", MaxLength)}), "new"), false},
		"nothing":                      {"", false},
		"no token":                     {"a.b", false},
		"no JSON":                      {"a.b.c", false},
	} {
		got, err := Read(c.token, "w", []string{"new", "old"}, now)
		switch {
		case c.ok && (err != nil || got.Attributes["plan"] != "gold" || got.CustomerID != "c7"):
			t.Errorf("%s: %+v, %v", name, got, err)
		case !c.ok && (!fault.Is(err, fault.Denied) || got.CustomerID != ""):
			t.Errorf("%s: %+v, %v; want a refusal and nothing", name, got, err)
		}
	}
	if _, err := Read(token(t, header, claims, ""), "w", nil, now); err == nil {
		t.Error("a widget without a key takes a token")
	}
}
