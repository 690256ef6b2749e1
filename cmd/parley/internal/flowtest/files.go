package flowtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"parley/domain/flow"
	"parley/domain/flow/legacy"
)

// Extension is that of scripts.
const Extension = ".chat"

// Flow is one flow or module of a directory.
type Flow struct {
	Path   string
	Name   string
	Type   flow.Type // "" where nobody says; Module for a module
	Module bool
	Doc    *flow.Document

	content []byte           // as it was in the file, or as an old export was converted
	old     bool             // it was an old export
	runs    *flow.Document   // with references by name resolved
	refs    []flow.Reference // of runs
}

// Scope is what conversations of one directory share: its flows, and what its
// scripts without conversations say.
type Scope struct {
	Root    string
	Flows   []*Flow
	Given   []Step
	Scripts []*Script
	// Lenient: what is wrong with a flow, and does not keep it from running, is a warning.
	Lenient bool
	// Type is what the flows are taken for, "" for what each says itself.
	Type flow.Type
	only string // the file that was asked for, of a flow, "" for all
	// Other are files that are no flow of this language, with the reason.
	Other map[string]error
}

// Load reads a directory, or one script or flow with the flows beside it. A type of ""
// is the one that each flow says itself.
func Load(path string, t flow.Type) (*Scope, error) {
	path = filepath.Clean(path) // as the walk names what it finds
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the flows: %w", err)
	}
	s := &Scope{Root: path, Type: t, Other: map[string]error{}}
	only := ""
	if !info.IsDir() {
		s.Root, only = filepath.Dir(path), path
		if filepath.Ext(path) == ".json" {
			s.only = filepath.Join(s.Root, filepath.Base(path))
		}
	}
	err = filepath.WalkDir(s.Root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return nil
		case filepath.Ext(file) == ".json":
			return s.addFlow(file)
		case filepath.Ext(file) == Extension:
			return s.addScript(file, only)
		}
		return nil
	})
	return s, err
}

func (s *Scope) addScript(file, only string) error {
	script, err := ReadScript(file)
	switch {
	case err != nil:
		return err
	case len(script.Conversations) == 0:
		s.Given = append(s.Given, script.Given...)
	case only == "" || only == file:
		s.Scripts = append(s.Scripts, script)
	}
	return nil
}

func (s *Scope) addFlow(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the flow: %w", err)
	}
	f := &Flow{Path: file, content: content}
	if legacy.Is(content) {
		if f.Doc, _, err = legacy.Convert(content); err == nil {
			f.content, f.old = f.Doc.Print(), true
		}
	} else {
		f.Doc, err = flow.Parse(content)
	}
	if err != nil {
		s.Other[file] = err
		return nil
	}
	// In the instance of a test a name is an id, too.
	if f.runs, _, err = flow.Resolve(f.Doc, func(_ flow.RefKind, name string) (string, bool) { return name, true }); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	f.refs = flow.References(f.runs)
	f.describe(s.Type)
	s.Flows = append(s.Flows, f)
	return nil
}

// describe reads the name of a flow from its metadata, else from its file. A type
// of "" is the one that it says itself, as for lint.
func (f *Flow) describe(t flow.Type) {
	var meta struct{ Name string }
	_ = json.Unmarshal(f.Doc.Metadata(), &meta) // free-form: what does not fit is not there
	f.Name, f.Type = meta.Name, t
	if f.Name == "" {
		f.Name = base(f)
	}
	if t == "" {
		f.Type = f.Doc.DeclaredType()
	}
	f.Module = f.Type == flow.Module
}

// inbound reports whether a chat can begin with the flow: where nobody says what
// it is, too.
func (f *Flow) inbound() bool { return f.Type == flow.ContactFlow || f.Type == "" }

// line is where an action begins in the file; 1 where it is not that of the file.
func (f *Flow) line(action string) int {
	if f.old {
		return 1
	}
	return f.Doc.LineOf(action)
}

// base is the name of a flow's file.
func base(f *Flow) string { return strings.TrimSuffix(filepath.Base(f.Path), ".json") }

// named finds a flow or module by name, or by the name of its file.
func (s *Scope) named(name string, module bool) (*Flow, error) {
	for _, is := range []func(*Flow) bool{
		func(f *Flow) bool { return f.Name == name },
		func(f *Flow) bool { return base(f) == name },
	} {
		var found []*Flow
		for _, f := range s.Flows {
			if f.Module == module && is(f) {
				found = append(found, f)
			}
		}
		if len(found) > 1 {
			return nil, fmt.Errorf("%s and %s are both called %q: use the name of the file", found[0].Path, found[1].Path, name)
		}
		if len(found) == 1 {
			return found[0], nil
		}
	}
	return nil, errNoFlow
}

var errNoFlow = errors.New("there is no such flow")

// inboundFlows are those with which a chat can begin.
func (s *Scope) inboundFlows() []*Flow {
	return slices.DeleteFunc(slices.Clone(s.Flows), func(f *Flow) bool { return !f.inbound() })
}
