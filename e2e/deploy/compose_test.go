package deploy_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// composed checks a file with the reference implementation of the Compose
// Specification and returns it whole.
func composed(t *testing.T, name string) tree {
	t.Helper()
	path := root("deploy", "compose", name)
	yaml(t, read(t, path)) // strictly
	cmd := exec.Command(root(".cache", "bin", "compose-spec"), "-no-interpolation", "-format", "json", path)
	cmd.Dir = filepath.Dir(path)
	var v any
	if err := json.Unmarshal([]byte(run(t, cmd)), &v); err != nil {
		t.Fatal(err)
	}
	return tree{v}
}

var pinned = regexp.MustCompile(`^[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$`)

func TestComposeServicesAreHardenedPinnedAndWatched(t *testing.T) {
	for _, file := range []string{"single.yaml", "cluster.yaml"} {
		for name, s := range composed(t, file).at("services").fields() {
			ours := strings.HasPrefix(name, "parley")
			if image := s.at("image").String(); ours != (image == "parley:local") || !ours && !pinned.MatchString(image) {
				t.Errorf("%s: %s runs %q", file, name, image)
			}
			if s.at("healthcheck", "test").String() == "" || s.at("restart").String() != "unless-stopped" {
				t.Errorf("%s: nobody watches %s", file, name)
			}
			if !strings.Contains(s.at("security_opt").String(), "no-new-privileges:true") {
				t.Errorf("%s: %s may gain privileges", file, name)
			}
			if name != "postgres" && (s.at("read_only").String() != "true" || s.at("cap_drop").String() != `["ALL"]`) {
				t.Errorf("%s: %s may write its files or has privileges", file, name)
			}
			for other, on := range s.at("depends_on").fields() {
				if on.at("condition").String() != "service_healthy" {
					t.Errorf("%s: %s does not wait until %s serves", file, name, other)
				}
			}
		}
	}
}

func TestComposeOpensNoMoreThanItMust(t *testing.T) {
	single := composed(t, "single.yaml").at("services", "parley")
	if port := single.at("ports", 0); port.at("host_ip").String() != "127.0.0.1" || len(single.at("ports").list()) != 1 {
		t.Errorf("the single server is open to others: %s", single.at("ports"))
	}
	cluster := composed(t, "cluster.yaml")
	if cluster.at("networks", "inside", "internal").String() != "true" {
		t.Error("the inner network is open")
	}
	for name, s := range cluster.at("services").fields() {
		networks := s.at("networks").fields()
		_, outside := networks["outside"]
		if _, inside := networks["inside"]; !inside || (outside || s.at("ports").value != nil) && name != "caddy" {
			t.Errorf("%s is in %s and publishes %s", name, s.at("networks"), s.at("ports"))
		}
		for variable, value := range s.at("environment").fields() {
			if regexp.MustCompile(`(?i)password|secret|key`).MatchString(variable) && !strings.HasPrefix(value.String(), "/run/secrets/") {
				t.Errorf("%s has a secret in its environment: %s", name, variable)
			}
		}
	}
}

func TestTheClustersServersAreEqual(t *testing.T) {
	services := composed(t, "cluster.yaml").at("services")
	first := services.at("parley-1").fields()
	for _, name := range []string{"parley-2", "parley-3"} {
		for key, value := range services.at(name).fields() {
			if key != "volumes" && value.String() != first[key].String() {
				t.Errorf("%s of %s is %s, of parley-1 %s", key, name, value, first[key])
			}
		}
	}
	if proxy := read(t, root("deploy", "compose", "Caddyfile")); !strings.Contains(proxy, "parley-1:8080 parley-2:8080 parley-3:8080") {
		t.Error("Caddy does not know all servers")
	}
}

func TestSecretsAreMadeOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "secrets")
	made := func() map[string]string {
		run(t, exec.Command(root("deploy", "compose", "secrets.sh"), dir))
		files := map[string]string{}
		for name, secret := range composed(t, "cluster.yaml").at("secrets").fields() {
			path := filepath.Join(dir, filepath.Base(secret.at("file").String()))
			files[name] = strings.TrimSpace(read(t, path))
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o444 {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
		return files
	}
	first := made()
	for name, pattern := range map[string]string{
		"access_key_id": `^AKIA[A-Z2-9]{16}$`, "secret_access_key": `^[0-9a-f]{40}$`, "master_key": `^[0-9a-f]{64}$`,
		"postgres_password": `^[0-9a-f]{48}$`, "pgpass": `^postgres:5432:parley:parley:` + first["postgres_password"] + `$`,
	} {
		if !regexp.MustCompile(pattern).MatchString(first[name]) {
			t.Errorf("%s does not look like one", name)
		}
	}
	for name, text := range made() {
		if text != first[name] {
			t.Errorf("%s was made anew", name)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory is open: %v, %v", info, err)
	}
}

func TestCaddyTakesItsConfiguration(t *testing.T) {
	cmd := exec.Command("caddy", "validate", "--adapter", "caddyfile", "--config", root("deploy", "compose", "Caddyfile"))
	dir := t.TempDir()
	cmd.Env = append(slices.Clone(os.Environ()), "PARLEY_SITE=chat.example.com", "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	run(t, cmd)
}
