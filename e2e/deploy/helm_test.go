package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// clustered are the values of three servers.
const clustered = `
replicas: 3
store: postgres://parley@pg-1:5432,pg-2:5432/parley?target_session_attrs=read-write&passfile=/run/secrets/parley/pgpass
bus: nats://nats-1:4222,nats://nats-2:4222
existingSecret: {name: parley, accessKey: true, masterKey: true}
persistence: {enabled: false}
ingress: {enabled: true, host: chat.example.com, tlsSecret: chat}
networkPolicy: {enabled: true, from: [{namespaceSelector: {matchLabels: {name: ingress}}}]}
serviceMonitor: {enabled: true, tokenSecret: metrics}
origins: [https://shop.example, https://www.shop.example]
settings: {PARLEY_LOG_LEVEL: warn}
podLabels: {team: chat}
`

// charts are values that must work, with the kinds of what they make.
func charts() map[string][2]string {
	return map[string][2]string{
		"default": {"", "Service Service StatefulSet"},
		"ingress": {"ingress: {enabled: true, host: chat.example.com}", "Ingress Service Service StatefulSet"},
		"tls":     {"tls: {existingSecret: chat}\nserviceMonitor: {enabled: true}", "Service Service ServiceMonitor StatefulSet"},
		"cluster": {clustered, "Ingress NetworkPolicy PodDisruptionBudget Service Service ServiceMonitor StatefulSet"},
	}
}

func helm(t *testing.T, values string, args ...string) *exec.Cmd {
	t.Helper()
	path := filepath.Join(t.TempDir(), "values.yaml")
	if err := os.WriteFile(path, []byte(values), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(root(".cache", "bin", "helm"), append(args, root("deploy", "helm", "parley"), "--values", path)...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	return cmd
}

// rendered are the objects that a cluster gets, by kind; of the services the one with an address.
func rendered(t *testing.T, values string) (objects map[string]tree, kinds string) {
	t.Helper()
	objects = map[string]tree{}
	var all []string
	for _, o := range yaml(t, run(t, helm(t, values, "template", "centre"))) {
		kind := o.at("kind").String()
		all = append(all, kind)
		if o.at("spec", "clusterIP").String() != "None" {
			objects[kind] = o
		}
		known := map[string]string{
			"Service": "v1", "StatefulSet": "apps/v1", "Ingress": "networking.k8s.io/v1", "NetworkPolicy": "networking.k8s.io/v1",
			"PodDisruptionBudget": "policy/v1", "ServiceMonitor": "monitoring.coreos.com/v1",
		}
		if o.at("apiVersion").String() != known[kind] || !regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`).MatchString(o.at("metadata", "name").String()) {
			t.Errorf("%s/%s is named %s", o.at("apiVersion"), kind, o.at("metadata", "name"))
		}
	}
	slices.Sort(all)
	return objects, strings.Join(all, " ")
}

func TestTheChart(t *testing.T) {
	for name, c := range charts() {
		t.Run(name, func(t *testing.T) {
			run(t, helm(t, c[0], "lint", "--strict"))
			objects, kinds := rendered(t, c[0])
			if kinds != c[1] {
				t.Errorf("the chart makes %s", kinds)
			}
			belongsTogether(t, objects)
			set := objects["StatefulSet"].at("spec")
			container := set.at("template", "spec", "containers", 0)
			unprivileged(t, set.at("template", "spec"), container)
			mounted(t, set, container)
			if environment(container)["PARLEY_STORE"] == "sqlite" && environment(container)["PARLEY_TLS_CERT"] == "" {
				starts(t, container)
			}
		})
	}
}

// belongsTogether checks that what selects something selects it.
func belongsTogether(t *testing.T, objects map[string]tree) {
	t.Helper()
	set := objects["StatefulSet"]
	labels := set.at("spec", "template", "metadata", "labels").fields()
	for what, selector := range map[string]tree{
		"StatefulSet": set.at("spec", "selector", "matchLabels"), "Service": objects["Service"].at("spec", "selector"),
		"PodDisruptionBudget": objects["PodDisruptionBudget"].at("spec", "selector", "matchLabels"),
		"NetworkPolicy":       objects["NetworkPolicy"].at("spec", "podSelector", "matchLabels"),
	} {
		if _, made := objects[what]; made && !selects(selector, labels) {
			t.Errorf("%s selects %s, not its pods", what, selector)
		}
	}
	service := objects["Service"].at("metadata")
	if monitor, made := objects["ServiceMonitor"]; made && !selects(monitor.at("spec", "selector", "matchLabels"), service.at("labels").fields()) {
		t.Error("the monitor does not select the service")
	}
	in, made := objects["Ingress"]
	backend := in.at("spec", "rules", 0, "http", "paths", 0, "backend", "service")
	if made && (backend.at("name").String() != service.at("name").String() || backend.at("port", "name").String() != "http") {
		t.Errorf("the ingress leads to %s", backend)
	}
	if made && in.at("metadata", "annotations", "nginx.ingress.kubernetes.io/proxy-read-timeout").String() != "3600" {
		t.Error("the ingress closes sockets")
	}
}

// selects reports whether a selector holds on labels; one that is empty would hold on everything.
func selects(selector tree, labels map[string]tree) bool {
	for key, value := range selector.fields() {
		if labels[key].String() != value.String() {
			return false
		}
	}
	return len(selector.fields()) > 0
}

func unprivileged(t *testing.T, spec, container tree) {
	t.Helper()
	for what, got := range map[string][2]string{
		"root is refused":    {spec.at("securityContext", "runAsNonRoot").String(), "true"},
		"the image's user":   {spec.at("securityContext", "runAsUser").String(), "65532"},
		"system calls":       {spec.at("securityContext", "seccompProfile", "type").String(), "RuntimeDefault"},
		"no cluster account": {spec.at("automountServiceAccountToken").String(), "false"},
		"read-only files":    {container.at("securityContext", "readOnlyRootFilesystem").String(), "true"},
		"no escalation":      {container.at("securityContext", "allowPrivilegeEscalation").String(), "false"},
		"no capability":      {container.at("securityContext", "capabilities", "drop").String(), `["ALL"]`},
		"not privileged":     {container.at("securityContext", "privileged").String(), ""},
		"ready":              {container.at("readinessProbe", "httpGet", "path").String(), "/readyz"},
		"alive":              {container.at("livenessProbe", "httpGet", "path").String(), "/healthz"},
		"port":               {container.at("ports", 0, "containerPort").String(), "8080"},
		"drain":              {spec.at("terminationGracePeriodSeconds").String(), "30"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %q, want %q", what, got[0], got[1])
		}
	}
}

// mounted checks that what the container mounts is there, and that the data survives where it is kept in files.
func mounted(t *testing.T, spec, container tree) {
	t.Helper()
	there := map[string]bool{}
	for _, volume := range spec.at("template", "spec", "volumes").list() {
		there[volume.at("name").String()] = true
	}
	for _, claim := range spec.at("volumeClaimTemplates").list() {
		there[claim.at("metadata", "name").String()] = true
	}
	var places []string
	for _, mount := range container.at("volumeMounts").list() {
		places = append(places, mount.at("mountPath").String())
		if !there[mount.at("name").String()] {
			t.Errorf("there is no volume %s", mount.at("name"))
		}
	}
	for variable, value := range environment(container) {
		inFile := strings.HasSuffix(variable, "_FILE") || strings.HasPrefix(variable, "PARLEY_TLS_")
		if inFile && !slices.Contains(places, filepath.Dir(value)) {
			t.Errorf("%s is %s, which is not mounted", variable, value)
		}
	}
	if environment(container)["PARLEY_STORE"] == "sqlite" && spec.at("volumeClaimTemplates", 0, "spec", "accessModes").String() != `["ReadWriteOnce"]` {
		t.Error("SQLite's files end with the pod")
	}
}

func environment(container tree) map[string]string {
	variables := map[string]string{}
	for _, v := range container.at("env").list() {
		variables[v.at("name").String()] = v.at("value").String()
	}
	return variables
}

// starts starts the real program with a container's arguments and
// environment, on another address.
func starts(t *testing.T, container tree) {
	t.Helper()
	options := []harness.Option{harness.WithoutControls()}
	for variable, value := range environment(container) {
		options = append(options, harness.Env(variable+"="+value))
	}
	for _, arg := range container.at("args").list()[1:] {
		options = append(options, harness.Flags(arg.String()))
	}
	s := harness.Start(t, options...)
	if want := environment(container)["PARLEY_PUBLIC_URL"]; want != "" && s.PublicURL != want {
		t.Errorf("the public URL is %s", s.PublicURL)
	}
}

// refusedTogether are values that the schema refuses, each with its own words.
const refusedTogether = `
replcas: 2
replicas: 0
store: postgres://parley:swordfish@pg/parley # a password belongs into a Secret
plainHTTP: "yes"
settings: {LISTEN: x}
persistence: {size: big}
image: {pullPolicy: Often}
origins: ["shop.example"]
service: {port: 70000}
ingress: {host: ""}
serviceMonitor: {interval: soon}
`

func TestTheChartRefusesWhatCannotWork(t *testing.T) {
	for values, says := range map[string][]string{
		"replicas: 2": {"PostgreSQL store"},
		"replicas: 2\nstore: postgres://parley@pg/parley":                        {"needs a bus"},
		"replicas: 2\nstore: postgres://parley@pg/parley\nbus: nats://nats:4222": {"one master key"},
		"persistence: {enabled: false}":                                          {"lose every chat"},
		"existingSecret: {accessKey: true}":                                      {"name is missing"},
		"tls: {existingSecret: x}\ningress: {enabled: true}":                     {"either tls"},
		"serviceMonitor: {enabled: true}":                                        {"by their addresses"},
		refusedTogether: {
			"additional properties 'replcas'", "/replicas", "/store", "/plainHTTP", "propertyName 'LISTEN'", "/persistence/size",
			"/image/pullPolicy", "/origins/0", "/service/port", "/ingress/host", "/serviceMonitor/interval",
		},
	} {
		out, err := helm(t, values, "template", "centre").CombinedOutput()
		for _, word := range says {
			if err == nil || !strings.Contains(string(out), word) {
				t.Errorf("%s\n%v, and does not say %q: %s", values, err, word, out)
			}
		}
	}
}
