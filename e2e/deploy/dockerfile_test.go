package deploy_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// instruction is one line of a Dockerfile, continued lines joined.
type instruction struct{ name, rest string }

// stage is what begins with a FROM.
type stage struct {
	from, name string
	lines      []instruction
}

// image is what the Dockerfile says: how the stages are built whose files the last one copies.
type image struct {
	stages []stage       // all but the last
	final  []instruction // of the last stage, whose FROM is first
}

// comments are whole lines, in a Dockerfile and in .dockerignore.
var comments = regexp.MustCompile(`(?m)^#.*\n`)

func dockerfile(t *testing.T) (m image) {
	t.Helper()
	text := comments.ReplaceAllString(read(t, root("Dockerfile")), "")
	for _, line := range strings.Split(strings.ReplaceAll(text, "\\\n", " "), "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "" {
			continue
		}
		if word == "FROM" {
			from, name, _ := strings.Cut(rest, " AS ")
			m.stages = append(m.stages, stage{from: from, name: name})
		}
		if last := len(m.stages) - 1; last >= 0 {
			m.stages[last].lines = append(m.stages[last].lines, instruction{word, strings.TrimSpace(rest)})
		}
	}
	last := len(m.stages) - 1
	if last < 1 {
		t.Fatalf("the Dockerfile has %d stages", last+1)
	}
	m.final, m.stages = m.stages[last].lines, m.stages[:last]
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

func TestTheImageIsPinnedAndWithoutPrivileges(t *testing.T) {
	m := dockerfile(t)
	for _, s := range m.stages {
		if !regexp.MustCompile(`^--platform=\$BUILDPLATFORM (golang|node):\d+\.\d+\.\d+-[\w-]+$`).MatchString(s.from) {
			t.Errorf("the stage %s is built from %s", s.name, s.from)
		}
	}
	if from := m.one(t, "FROM"); from != "scratch" {
		t.Errorf("the image is made from %s", from)
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
