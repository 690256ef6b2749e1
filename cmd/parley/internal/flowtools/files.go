// Package flowtools reads flows from files and prints what the tools of
// domain/flow say about them, for people and for programs.
package flowtools

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"parley/domain/flow"
	"parley/domain/flow/legacy"
	"parley/internal/fault"
)

// Read reads a file, or the standard input where its name is "-". It refuses
// one that is larger than a flow can be.
func Read(path string) ([]byte, error) {
	file := os.Stdin
	if path != "-" {
		opened, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("cannot read the flow: %w", err)
		}
		defer func() { _ = opened.Close() }() // it was only read
		file = opened
	}
	content, err := io.ReadAll(io.LimitReader(file, flow.MaxBytes+1))
	if err == nil && len(content) > flow.MaxBytes {
		err = fmt.Errorf("the file is larger than %d bytes", flow.MaxBytes)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	return content, nil
}

// Load reads a flow in the flow language.
func Load(path string) (*flow.Document, error) {
	content, err := Read(path)
	if err != nil {
		return nil, err
	}
	d, err := flow.Parse(content)
	if err != nil && legacy.Is(content) {
		err = fault.New(fault.FlowInvalid, "it is an export of an older console; convert it with: parley flow convert %s", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}

// Find returns the files that the paths name: files as they are, and of a
// directory every file below it that ends in .json.
func Find(paths []string) (files []string, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if path != "-" && err != nil {
			return nil, fmt.Errorf("cannot read the flow: %w", err)
		}
		if path == "-" || !info.IsDir() {
			files = append(files, path)
			continue
		}
		below, err := flowsBelow(path)
		if err != nil {
			return nil, err
		}
		files = append(files, below...)
	}
	if len(files) == 0 {
		return nil, errors.New("there are no flows (*.json) there")
	}
	return files, nil
}

// flowsBelow returns the files of a directory that are flows of either format.
func flowsBelow(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		content, err := Read(path)
		if err == nil && (legacy.Is(content) || looksLikeFlow(content)) {
			files = append(files, path)
		}
		return err
	})
	slices.Sort(files)
	return files, err
}

// Write writes to a file, or to the standard output where its name is empty or "-".
func Write(path string, content []byte) error {
	if path == "" || path == "-" {
		_, err := os.Stdout.Write(content)
		return err
	}
	return os.WriteFile(path, content, 0o644) //nolint:gosec // a flow is no secret
}
