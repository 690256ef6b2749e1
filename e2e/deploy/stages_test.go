package deploy_test

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// builder follows a Dockerfile without containers: each stage has a directory, which holds what the stage's own
// instructions brought there and nothing else. The programs are this machine's.
type builder struct {
	t       *testing.T
	context string            // the sources as they are checked out
	roots   map[string]string // of each stage, by its name
	at      string            // the working directory within the stage
}

// unpack builds the stages and returns a directory with the image's files.
func (m image) unpack(t *testing.T) string {
	t.Helper()
	b := &builder{t: t, context: root(), roots: map[string]string{}}
	for _, s := range append(m.stages, stage{name: "the image", lines: m.final}) {
		b.roots[s.name], b.at = t.TempDir(), "/"
		for _, line := range s.lines {
			b.follow(b.roots[s.name], line)
		}
	}
	files := b.roots["the image"]
	if err := os.Mkdir(filepath.Join(files, "proc"), 0o555); err != nil { // every engine mounts it
		t.Fatal(err)
	}
	return files
}

func (b *builder) follow(root string, line instruction) {
	b.t.Helper()
	switch line.name {
	case "WORKDIR":
		b.at = line.rest
		b.make(filepath.Join(root, b.at))
	case "COPY":
		b.copy(root, strings.Fields(line.rest))
	case "RUN":
		b.make(filepath.Join(root, "out"))
		cmd := exec.Command("sh", "-ec", strings.ReplaceAll(line.rest, "/out/", root+"/out/"))
		cmd.Dir = filepath.Join(root, b.at)
		cmd.Env = append(os.Environ(), "TARGETOS=linux", "TARGETARCH="+runtime.GOARCH, "VERSION=of-the-image")
		run(b.t, cmd)
	}
}

func (b *builder) copy(root string, words []string) {
	b.t.Helper()
	from := ""
	for ; strings.HasPrefix(words[0], "--"); words = words[1:] {
		if name, is := strings.CutPrefix(words[0], "--from="); is {
			from = b.roots[name]
		}
	}
	last := len(words) - 1
	to := filepath.Join(root, words[last])
	if !filepath.IsAbs(words[last]) {
		to = filepath.Join(root, b.at, words[last])
	}
	for _, source := range words[:last] {
		to := to
		if strings.HasSuffix(words[last], "/") {
			to = filepath.Join(to, filepath.Base(source))
		}
		switch {
		case from == "":
			b.send(source, to)
		case strings.HasPrefix(source, "/etc/"): // of the stage's own image: this machine's
			b.clone(source, to)
		default:
			b.clone(filepath.Join(from, source), to)
		}
	}
}

// send copies from the context what is not kept out of it.
func (b *builder) send(source, to string) {
	b.t.Helper()
	ignored := strings.Fields(comments.ReplaceAllString(read(b.t, root(".dockerignore")), ""))
	from := filepath.Join(b.context, source)
	err := filepath.WalkDir(from, func(file string, entry os.DirEntry, err error) error {
		name, _ := filepath.Rel(b.context, file)
		switch {
		case err != nil:
			return err
		case slices.ContainsFunc(ignored, func(pattern string) bool { return keptOut(pattern, name) }):
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case entry.IsDir():
			return nil
		}
		below, _ := filepath.Rel(from, file)
		b.clone(file, filepath.Join(to, below))
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// keptOut tells whether a line of .dockerignore means a path; those that are used here are names at the top, and names anywhere.
func keptOut(pattern, name string) bool {
	if anywhere, is := strings.CutPrefix(pattern, "**/"); is {
		pattern, name = anywhere, path.Base(name)
	}
	matches, _ := path.Match(strings.TrimPrefix(pattern, "/"), name)
	return matches && name != "."
}

// clone copies a file, or a directory with all that is in it.
func (b *builder) clone(from, to string) {
	b.t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		b.t.Fatal(err)
	}
	b.make(filepath.Dir(to))
	if info.IsDir() {
		err = os.CopyFS(to, os.DirFS(from))
	} else {
		err = os.WriteFile(to, []byte(read(b.t, from)), info.Mode())
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *builder) make(dir string) {
	b.t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
}
