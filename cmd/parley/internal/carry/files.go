package carry

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"parley/domain/flow"
)

// The endings of files: of a thing, and of a content in the flow language, which stands beside its thing.
const (
	thingEnd  = ".json"
	scriptEnd = ".flow.json"
	fileOf    = "File" // the only member of what stands for a script in its thing's file
	hereFile  = "instance.json"
)

// Write writes an instance into a directory, and removes what an earlier export wrote
// there and is no more. A directory that has something else, and no export, is refused.
func (i *Instance) Write(dir string) error {
	if err := usable(dir); err != nil {
		return err
	}
	written := map[string]bool{}
	taken := map[string]bool{}
	for _, t := range i.things {
		base := filepath.Join(t.kind.dir, fileName(t.name))
		if t.kind.key == "" {
			base = strings.TrimSuffix(hereFile, thingEnd)
		}
		for n := 2; taken[strings.ToLower(base)]; n++ { // on a disk that does not tell A from a
			base = fmt.Sprintf("%s~%d", strings.TrimSuffix(base, fmt.Sprintf("~%d", n-1)), n)
		}
		taken[strings.ToLower(base)] = true
		if err := writeThing(dir, base, t, written); err != nil {
			return err
		}
	}
	return removeOthers(dir, written)
}

// usable makes a directory, or refuses one that is not empty and no export.
func usable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // configuration without secrets
		return err
	}
	have, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	have = slices.DeleteFunc(have, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") })
	if _, err := os.Stat(filepath.Join(dir, hereFile)); len(have) > 0 && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not empty and holds no export (%s): nothing was written", dir, hereFile)
	}
	return nil
}

func writeThing(dir, base string, t *thing, written map[string]bool) error {
	scripts := map[string]script{}
	text, err := encode(extract(t.doc, base, scripts))
	if err != nil {
		return err
	}
	files := map[string][]byte{base + thingEnd: text}
	for path, content := range scripts {
		files[path] = []byte(content)
	}
	for path, content := range files {
		written[path] = true
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // configuration without secrets
			return err
		}
		if err := replaceFile(full, content); err != nil {
			return err
		}
	}
	return nil
}

// replaceFile leaves the old file or the new one, and does not touch an equal one.
func replaceFile(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && slices.Equal(old, content) {
		return nil
	}
	if err := os.WriteFile(path+"~new", content, 0o644); err != nil { //nolint:gosec // configuration without secrets
		return err
	}
	return os.Rename(path+"~new", path)
}

// extract puts the names of files in the place of scripts.
func extract(value any, base string, scripts map[string]script) any {
	switch v := value.(type) {
	case script:
		path := base + scriptEnd
		scripts[path] = v
		return Doc{fileOf: filepath.Base(path)}
	case Doc:
		out := Doc{}
		for name, item := range v {
			at := base
			switch name {
			case "Content", "Aliases":
			case "Saved":
				at += ".saved"
			default:
				at += "." + fileName(name)
			}
			out[name] = extract(item, at, scripts)
		}
		return out
	}
	return value
}

// removeOthers removes the files of things that an earlier export had.
func removeOthers(dir string, written map[string]bool) error {
	for _, k := range kinds() {
		if k.dir == "" {
			continue
		}
		paths, err := filepath.Glob(filepath.Join(dir, k.dir, "*"+thingEnd))
		if err != nil {
			return err
		}
		for _, path := range paths {
			if written[filepath.Join(k.dir, filepath.Base(path))] {
				continue
			}
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// fileName makes a name fit every file system: what does not is written %XX.
func fileName(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		switch {
		case c >= 0x80, c == ' ' && i > 0, c == '.' && i > 0, strings.IndexByte("-_()@+,=", c) >= 0,
			unicode.IsLetter(rune(c)), unicode.IsDigit(rune(c)):
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	out := b.String()
	if stem, ok := strings.CutSuffix(out, ".flow"); ok {
		out = stem + "%2Eflow"
	}
	if len(out) > 180 { // file systems take 255 bytes
		out = strings.ToValidUTF8(out[:180], "") + "%"
	}
	return cmp.Or(out, "%")
}

// Load reads a directory. All that is wrong with its files is in the error, a line each.
func Load(dir string) (*Instance, error) {
	if _, err := os.Stat(filepath.Join(dir, hereFile)); err != nil {
		return nil, fmt.Errorf("%s holds no export: %w", dir, err)
	}
	in := &Instance{byName: map[string]*thing{}}
	var problems []error
	for _, k := range kinds() {
		paths, err := filepath.Glob(filepath.Join(dir, k.dir, "*"+thingEnd))
		if err != nil {
			return nil, err
		}
		if k.dir == "" {
			paths = []string{filepath.Join(dir, hereFile)}
		}
		for _, path := range paths {
			if strings.HasSuffix(path, scriptEnd) {
				continue
			}
			t, err := readThing(dir, path, k)
			if err == nil {
				err = in.take(t)
			}
			problems = append(problems, err)
		}
	}
	in.sort()
	return in, errors.Join(problems...)
}

// sort puts the things of a kind into the order of their names.
func (i *Instance) sort() {
	rank := ranks()
	slices.SortFunc(i.things, func(a, b *thing) int {
		return cmp.Or(rank[a.kind.ref]-rank[b.kind.ref], cmp.Compare(a.name, b.name))
	})
}

// take is add for files: there a name that is taken is an error.
func (i *Instance) take(t *thing) error {
	if other := i.byName[t.ref()]; other != nil {
		return fmt.Errorf("%s: %s is the %s, too", t.file, other.file, t.label())
	}
	i.add(t)
	return nil
}

func readThing(dir, path string, k *kind) (*thing, error) {
	file, err := filepath.Rel(dir, path)
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var d Doc
	if err := json.Unmarshal(content, &d); err != nil {
		return nil, fmt.Errorf("%s: it is no JSON object: %w", file, err)
	}
	for name := range d {
		if known := k.members(); !slices.Contains(known, name) {
			return nil, fmt.Errorf("%s: there is no member %s; there are %s", file, name, strings.Join(slices.DeleteFunc(known, func(s string) bool { return s == "" }), ", "))
		}
	}
	loaded, err := include(d, filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	t := &thing{kind: k, file: file}
	t.doc, _ = tidy("", loaded).(Doc)
	t.doc = withoutEqualDraft(k, t.doc)
	if t.name = k.nameOf(t.doc); k.key != "" && text(t.doc, k.key) == "" {
		return nil, fmt.Errorf("%s: %s is missing", file, k.key)
	}
	return t, nil
}

// include reads the scripts that a document names.
func include(value any, dir string) (any, error) {
	switch v := value.(type) {
	case Doc:
		name, ok := v[fileOf].(string)
		if ok && len(v) == 1 {
			return readScript(dir, name)
		}
		out := Doc{}
		for name, item := range v {
			loaded, err := include(item, dir)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			out[name] = loaded
		}
		return out, nil
	}
	return value, nil
}

func readScript(dir, name string) (script, error) {
	if name != filepath.Base(name) {
		return "", fmt.Errorf("%s must be a file in the same directory", name)
	}
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return "", err
	}
	d, err := flow.Parse(content)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return script(d.Print()), nil
}
