package deploy_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// instruction is one line of a Dockerfile, continued lines joined.
type instruction struct{ name, rest string }

// image is what the Dockerfile says of the final stage, and how what it copies is built.
type image struct {
	stages []string      // what each FROM names
	build  []string      // the RUN lines of the stages before
	final  []instruction // of the last stage
}

func dockerfile(t *testing.T) (m image) {
	t.Helper()
	text := regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(read(t, root("Dockerfile")), "")
	for _, line := range strings.Split(strings.ReplaceAll(text, "\\\n", " "), "\n") {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch name {
		case "":
		case "FROM":
			m.stages, m.final = append(m.stages, rest), nil
		case "RUN":
			m.build = append(m.build, rest)
		default:
			m.final = append(m.final, instruction{name, strings.TrimSpace(rest)})
		}
	}
	return m
}

// one returns what the only instruction of a name says.
func (m image) one(t *testing.T, name string) string {
	t.Helper()
	var found []string
	for _, i := range m.final {
		if i.name == name {
			found = append(found, i.rest)
		}
	}
	if len(found) != 1 {
		t.Fatalf("the image has %d %s instructions: %q", len(found), name, found)
	}
	return found[0]
}

// exec returns a command in its JSON form: there is no shell in the image.
func (m image) exec(t *testing.T, name string) (argv []string) {
	t.Helper()
	text := m.one(t, name)
	if err := json.Unmarshal([]byte(text[max(strings.Index(text, "["), 0):]), &argv); err != nil {
		t.Fatalf("%s %s: %v", name, text, err)
	}
	return argv
}

// copies returns what the image holds, by its place there, with where it comes from.
func (m image) copies(t *testing.T) map[string]string {
	t.Helper()
	copies := map[string]string{}
	for _, i := range m.final {
		if i.name != "COPY" {
			continue
		}
		words := slices.DeleteFunc(strings.Fields(i.rest), func(w string) bool { return strings.HasPrefix(w, "--") })
		if len(words) != 2 || !strings.Contains(i.rest, "--from=build") || !filepath.IsAbs(words[1]) {
			t.Fatalf("COPY %s is not understood", i.rest)
		}
		copies[words[1]] = words[0]
	}
	return copies
}

func TestTheImageIsPinnedAndWithoutPrivileges(t *testing.T) {
	m := dockerfile(t)
	if len(m.stages) != 2 || m.stages[1] != "scratch" || !regexp.MustCompile(` golang:\d+\.\d+\.\d+-\w+ AS build$`).MatchString(m.stages[0]) {
		t.Errorf("the stages are %q", m.stages)
	}
	for name, pattern := range map[string]string{
		"USER":   `^[1-9]\d*:[1-9]\d*$`, // a number: Kubernetes believes runAsNonRoot only then
		"VOLUME": `^/data$`,
		"EXPOSE": `^8080$`,
		"LABEL":  `org.opencontainers.image.version="\$VERSION"`,
		"ENV":    `\bPARLEY_PLAIN_HTTP=local\b`,
	} {
		if got := m.one(t, name); !regexp.MustCompile(pattern).MatchString(got) {
			t.Errorf("%s is %s", name, got)
		}
	}
	if got := fmt.Sprint(m.exec(t, "ENTRYPOINT"), m.exec(t, "CMD"), m.exec(t, "HEALTHCHECK")); got != "[/parley] [serve] [/parley health]" {
		t.Errorf("the image runs %s", got)
	}
	owner := "--chown=" + m.one(t, "USER") + " /out/data /data"
	if !slices.ContainsFunc(m.final, func(i instruction) bool { return i.name == "COPY" && strings.HasSuffix(i.rest, owner) }) {
		t.Error("the data volume is not the user's own")
	}
}
