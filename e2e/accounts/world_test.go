// Package accounts_test drives signing in, permissions and the audit log of the
// built program through its front door.
package accounts_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestMain builds the program.
func TestMain(m *testing.M) { harness.Main(m) }

const secret = "Correct-horse-battery-7"

// browser is somebody who calls the API, with the cookies that the server gave.
type browser struct {
	t       *testing.T
	url     string
	next    func() string // where the next call goes, nil = to url
	cookies map[string]string
	token   string
	header  http.Header // of every request
}

func newBrowser(t *testing.T, s *harness.Server) *browser {
	return &browser{t: t, url: s.URL, next: s.Next, cookies: map[string]string{}, header: http.Header{}}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// member returns a member of the answer's object.
func (a answer) member(t *testing.T, name string) any {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal(a.body, &all); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return all[name]
}

// call sends a request; body is text, or anything else as JSON, nil for none.
func (b *browser) call(method, path string, body any) answer {
	b.t.Helper()
	text, isText := body.(string)
	if !isText && body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			b.t.Fatal(err)
		}
		text = string(raw)
	}
	if strings.HasPrefix(path, "/") {
		path = b.next() + path
	}
	req, err := http.NewRequest(method, path, strings.NewReader(text))
	if err != nil {
		b.t.Fatal(err)
	}
	if text != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if b.token != "" {
		req.Header.Set("X-CSRF-Token", b.token)
	}
	for name, values := range b.header {
		req.Header[name] = values
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return answer{res.StatusCode, res.Header, bytes.TrimSpace(raw)}
}

// want fails unless a call answers with this status; it returns the answer.
func (b *browser) want(status int, method, path string, body any) answer {
	b.t.Helper()
	a := b.call(method, path, body)
	if a.status != status {
		b.t.Errorf("%s %s: %d %.300s, want %d", method, path, a.status, a.body, status)
	}
	return a
}

// signIn signs somebody in and keeps the token.
func signIn(t *testing.T, s *harness.Server, name, password string) *browser {
	t.Helper()
	b := newBrowser(t, s)
	a := b.want(200, "POST", "/api/login", signingIn(s, name, password))
	b.token, _ = a.member(t, "csrf_token").(string)
	return b
}

// signingIn is what somebody of an instance signs in with.
func signingIn(s *harness.Server, name, password string) map[string]string {
	return map[string]string{"instance": s.InstanceID, "username": name, "password": password}
}

func admin(t *testing.T, s *harness.Server) *browser {
	t.Helper()
	return signIn(t, s, s.Admin.Username, s.Admin.Password)
}

// profile makes a security profile with permissions, as an unchanged client does.
func profile(t *testing.T, s *harness.Server, name string, permissions ...string) string {
	t.Helper()
	if permissions == nil {
		permissions = []string{}
	}
	made := s.Signed("PUT", "/security-profiles/"+s.InstanceID, map[string]any{"SecurityProfileName": name, "Permissions": permissions})
	return made.Want(t, 200, "").Members(t)["SecurityProfileId"].(string)
}

// user makes a user with a security profile.
func user(t *testing.T, s *harness.Server, name, profile string) string {
	t.Helper()
	routing := s.Signed("GET", "/routing-profiles-summary/"+s.InstanceID, "").Want(t, 200, "").Members(t)
	made := s.Signed("PUT", "/users/"+s.InstanceID, map[string]any{
		"Username": name, "Password": secret, "SecurityProfileIds": []string{profile},
		"RoutingProfileId": routing["RoutingProfileSummaryList"].([]any)[0].(map[string]any)["Id"],
		"PhoneConfig":      map[string]any{"PhoneType": "SOFT_PHONE"},
	})
	return made.Want(t, 200, "").Members(t)["UserId"].(string)
}

// document is openapi.json as the server gives it.
type document struct {
	Paths      map[string]map[string]operation
	Components struct {
		Schemas   map[string]schema
		Responses map[string]response
	}
}

type operation struct {
	OperationID string `json:"operationId"`
	Needs       string `json:"x-needs"`
	RequestBody any    `json:"requestBody"`
	Responses   map[string]response
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]struct{ Schema schema }
}

func openAPI(t *testing.T, s *harness.Server) (d document) {
	t.Helper()
	a := newBrowser(t, s).want(200, "GET", "/api/openapi.json", nil)
	if err := json.Unmarshal(a.body, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// schema is the part of JSON Schema that the document uses.
type schema struct {
	Ref        string `json:"$ref"`
	Type       string
	Required   []string
	Properties map[string]schema
	Additional *bool `json:"additionalProperties"`
	Items      *schema
	OneOf      []schema `json:"oneOf"`
	Const      any
	Enum       []any
}

// holds says what of a value is not as the schema tells; nil if all is.
func (d document) holds(s schema, v any, at string) error {
	switch {
	case s.Ref != "":
		name := strings.TrimPrefix(s.Ref, "#/components/schemas/")
		target, ok := d.Components.Schemas[name]
		if !ok {
			return fmt.Errorf("%s: there is no schema %s", at, name)
		}
		return d.holds(target, v, at)
	case s.OneOf != nil:
		return d.oneOf(s, v, at)
	case s.Const != nil && s.Const != v:
		return fmt.Errorf("%s is %v, want %v", at, v, s.Const)
	}
	switch s.Type {
	case "object":
		return d.object(s, v, at)
	case "array":
		list, ok := v.([]any)
		for i := range list {
			if err := d.holds(*s.Items, list[i], fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
		return typed(ok, v, at, s.Type)
	case "string":
		text, ok := v.(string)
		if s.Enum != nil && !strings.Contains(fmt.Sprint(s.Enum), text) {
			return fmt.Errorf("%s is %q, want one of %v", at, text, s.Enum)
		}
		return typed(ok, v, at, s.Type)
	case "number":
		_, ok := v.(float64)
		return typed(ok, v, at, s.Type)
	case "boolean":
		_, ok := v.(bool)
		return typed(ok, v, at, s.Type)
	case "integer":
		n, ok := v.(float64)
		return typed(ok && n == float64(int64(n)), v, at, s.Type)
	}
	return fmt.Errorf("%s: the schema's type is %q", at, s.Type)
}

func typed(ok bool, v any, at, want string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s is %v, no %s", at, v, want)
}

func (d document) oneOf(s schema, v any, at string) error {
	var last error
	matching := 0
	for _, one := range s.OneOf {
		if err := d.holds(one, v, at); err != nil {
			last = err
		} else {
			matching++
		}
	}
	if matching == 1 {
		return nil
	}
	return fmt.Errorf("%s matches %d of %d schemas: %v", at, matching, len(s.OneOf), last)
}

func (d document) object(s schema, v any, at string) error {
	members, ok := v.(map[string]any)
	if !ok {
		return typed(false, v, at, "object")
	}
	for _, name := range s.Required {
		if _, ok := members[name]; !ok {
			return fmt.Errorf("%s has no %s", at, name)
		}
	}
	for name, value := range members {
		property, known := s.Properties[name]
		if !known {
			if s.Additional == nil || *s.Additional {
				continue
			}
			return fmt.Errorf("%s has %s, which is not described", at, name)
		}
		if err := d.holds(property, value, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

// described fails unless an answer is one that the document tells of.
func (d document) described(t *testing.T, op operation, a answer) {
	t.Helper()
	r, ok := op.Responses[fmt.Sprint(a.status)]
	if !ok {
		t.Errorf("%s answers %d %.200s, which is not described", op.OperationID, a.status, a.body)
		return
	}
	if r.Ref != "" {
		r = d.Components.Responses[strings.TrimPrefix(r.Ref, "#/components/responses/")]
	}
	content, ok := r.Content["application/json"]
	if !ok {
		return
	}
	var v any
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Errorf("%s: %v: %.200s", op.OperationID, err, a.body)
	} else if err := d.holds(content.Schema, v, op.OperationID); err != nil {
		t.Errorf("%v: %.200s", err, a.body)
	}
}
