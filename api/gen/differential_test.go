package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/api"
	"parley/api/connect"
	"parley/api/participant"
)

// oracle lets botocore write requests and read responses: one job per line.
const oracle = `
import datetime, json, sys
import botocore.session, botocore.model, botocore.serialize, botocore.parsers, botocore.awsrequest
loader = botocore.session.get_session().get_component('data_loader')
models = {}
def plain(v):
    if isinstance(v, dict): return {k: plain(x) for k, x in v.items() if k != 'ResponseMetadata'}
    if isinstance(v, list): return [plain(x) for x in v]
    if isinstance(v, datetime.datetime): return v.astimezone(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    return v
for line in sys.stdin:
    job = json.loads(line)
    name = job['service']
    if name not in models: models[name] = botocore.model.ServiceModel(loader.load_service_model(name, 'service-2'))
    op = models[name].operation_model(job['operation'])
    if 'params' in job:
        request = botocore.serialize.create_serializer('rest-json', True).serialize_to_request(job['params'], op)
        botocore.awsrequest.prepare_request_dict(request, 'http://parley.test')
        body = request['body']
        answer = {'method': request['method'], 'url': request['url'], 'headers': dict(request['headers']), 'body': body.decode() if isinstance(body, bytes) else body}
    else:
        response = {'status_code': 200, 'headers': {}, 'body': job['body'].encode()}
        answer = plain(botocore.parsers.create_parser('rest-json').parse(response, op.output_shape))
    print(json.dumps(answer))
`

type job struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Params    any    `json:"params,omitempty"`
	Body      string `json:"body,omitempty"`
}

// ask answers every job with a line.
func ask(t *testing.T, jobs []job) [][]byte {
	t.Helper()
	var in bytes.Buffer
	for _, j := range jobs {
		if err := json.NewEncoder(&in).Encode(j); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("python3", "-c", oracle)
	cmd.Stdin = &in
	out, err := cmd.Output()
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if err != nil || len(lines) != len(jobs) {
		t.Fatalf("botocore answered %d of %d jobs: %v", len(lines), len(jobs), err)
	}
	return lines
}

// service is what the differential tests need of a generated package.
type service struct {
	name, botocore string
	decode         map[string]func(*api.Request) (api.Input, error)
	routes         map[string]string // operation to pattern
	handler        reflect.Type
}

func services() []service {
	c := service{"connect", "connect", map[string]func(*api.Request) (api.Input, error){}, map[string]string{}, reflect.TypeFor[connect.Handler]()}
	for _, op := range connect.Operations() {
		c.decode[op.Name], c.routes[op.Name] = op.Decode, op.Pattern()
	}
	p := service{"participant", "connectparticipant", map[string]func(*api.Request) (api.Input, error){}, map[string]string{}, reflect.TypeFor[participant.Handler]()}
	for _, op := range participant.Operations() {
		p.decode[op.Name], p.routes[op.Name] = op.Decode, op.Pattern()
	}
	return []service{c, p}
}

// eachOperation calls f with a sampler for every operation that both the
// botocore model and the generated package have, several turns each.
func eachOperation(t *testing.T, svc service, dir string, f func(op string, o *operation, s *sampler)) {
	t.Helper()
	m, err := loadModel(dir, svc.name)
	if err != nil {
		t.Fatal(err)
	}
	overlays, err := loadOverlays("../overlay.json")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, name := range overlays[svc.name].Supported {
		for turn := range 3 {
			if op := m.Operations[name]; op != nil {
				f(name, op, &sampler{T: t, model: m, overlay: overlays[svc.name], turn: turn, texts: texts})
			}
		}
	}
}

// TestRequestsOfBotocoreDecode sends what botocore serialises through a router
// and a decoder and compares with what went in.
func TestRequestsOfBotocoreDecode(t *testing.T) {
	dir, _, ok := needBotocore(t)
	if !ok {
		return
	}
	for _, svc := range services() {
		var jobs []job
		var want []any
		eachOperation(t, svc, dir, func(name string, op *operation, s *sampler) {
			s.epoch = true
			params := s.value(op.Input.Shape)
			jobs = append(jobs, job{Service: svc.botocore, Operation: name, Params: params})
			want = append(want, wireNames(s.Shapes[op.Input.Shape], params))
		})
		for i, line := range ask(t, jobs) {
			got := jsonValue(t, decodeRequest(t, svc, jobs[i].Operation, line))
			if diff := cmp.Diff(want[i], got); diff != "" {
				t.Errorf("%s: %s", jobs[i].Operation, diff)
			}
		}
	}
}

// wireNames renames the members of an input as they travel.
func wireNames(s *shape, params any) any {
	v := map[string]any{}
	for m, value := range params.(map[string]any) {
		v[wireName(m, s.Members[m])] = value
	}
	return v
}

// decodeRequest routes and decodes a request of the oracle and encodes the input.
func decodeRequest(t *testing.T, svc service, name string, line []byte) []byte {
	t.Helper()
	var sent struct {
		Method, URL, Body string
		Headers           map[string]string
	}
	if err := json.Unmarshal(line, &sent); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(sent.Method, sent.URL, nil)
	for k, v := range sent.Headers {
		r.Header.Set(k, v)
	}
	encoded := []byte(`"not routed"`)
	mux := http.NewServeMux()
	mux.HandleFunc(svc.routes[name], func(_ http.ResponseWriter, r *http.Request) {
		in, err := svc.decode[name](&api.Request{PathValue: r.PathValue, Query: r.URL.Query(), Header: r.Header, Body: []byte(sent.Body)})
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, line)
			return
		}
		encoded = in.(api.Output).AppendJSON(nil)
	})
	mux.ServeHTTP(httptest.NewRecorder(), r.WithContext(context.Background()))
	return encoded
}

// TestBotocoreReadsResponses fills every output, encodes it, and compares what
// botocore reads with what went in.
func TestBotocoreReadsResponses(t *testing.T) {
	dir, _, ok := needBotocore(t)
	if !ok {
		return
	}
	for _, svc := range services() {
		var jobs []job
		var want []any
		eachOperation(t, svc, dir, func(name string, op *operation, s *sampler) {
			if op.Output == nil {
				return
			}
			value := s.value(op.Output.Shape)
			body := encodeOutput(t, svc, name, value)
			jobs = append(jobs, job{Service: svc.botocore, Operation: name, Body: string(body)})
			want = append(want, value)
			s.epoch = svc.name == "connect" // botocore reads either form, the strict SDKs one
			if diff := cmp.Diff(wireNames(s.Shapes[op.Output.Shape], s.value(op.Output.Shape)), jsonValue(t, body)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		})
		for i, line := range ask(t, jobs) {
			if diff := cmp.Diff(want[i], jsonValue(t, line)); diff != "" {
				t.Errorf("%s: %s", jobs[i].Operation, diff)
			}
		}
	}
}

// encodeOutput fills the operation's output by the standard library and encodes it.
func encodeOutput(t *testing.T, svc service, name string, value any) []byte {
	t.Helper()
	method, ok := svc.handler.MethodByName(name)
	if !ok {
		t.Fatalf("no method %s", name)
	}
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	out := reflect.New(method.Type.Out(0).Elem()).Interface()
	if err := json.Unmarshal(raw, out); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out.(api.Output).AppendJSON(nil)
}

func jsonValue(t *testing.T, raw []byte) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(raw)))
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v
}
