package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// model is a service model in botocore's dialect, as far as we use it.
type model struct {
	Operations map[string]*operation
	Shapes     map[string]*shape
	sum        string // SHA-256 of the model's JSON
}

type operation struct {
	HTTP struct {
		Method     string
		RequestURI string `json:"requestUri"`
	}
	Input, Output *ref
}

type shape struct {
	Type            string
	Required        []string
	Members         map[string]*ref
	Member          *ref
	Key, Value      *ref
	Min, Max        *json.Number
	Pattern         string
	Enum            []string
	Union           bool
	TimestampFormat string
}

// ref is the use of a shape as a member, an element, a key or a value.
type ref struct {
	Shape            string
	Location         string
	LocationName     string
	IdempotencyToken bool
	emptyIsAbsent    bool // from the overlay
}

// modelPaths are the paths below botocore's data directory.
var modelPaths = map[string]string{
	"connect":     "connect/2017-08-08/service-2.json",
	"participant": "connectparticipant/2018-09-07/service-2.json",
}

// botocore asks the installed Python package for its data directory and version.
func botocore() (dir, version string, err error) {
	const script = `import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), "data")); print(botocore.__version__)`
	out, err := exec.Command("python3", "-c", script).Output()
	if err != nil {
		return "", "", fmt.Errorf("no botocore in python3: %w", err)
	}
	lines := strings.Fields(string(out))
	if len(lines) != 2 {
		return "", "", fmt.Errorf("unexpected answer from python3: %q", out)
	}
	return lines[0], lines[1], nil
}

// loadModel reads a service model, plain or compressed.
func loadModel(dir, service string) (*model, error) {
	raw, err := readMaybeGzip(filepath.Join(dir, modelPaths[service]))
	if err != nil {
		return nil, err
	}
	m := &model{sum: fmt.Sprintf("%x", sha256.Sum256(raw))}
	if err := json.Unmarshal(raw, m); err != nil {
		return nil, fmt.Errorf("model of %s: %w", service, err)
	}
	return m, nil
}

func readMaybeGzip(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err == nil {
		return raw, nil
	}
	packed, gzErr := os.ReadFile(path + ".gz")
	if gzErr != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%s.gz: %w", path, err)
	}
	return io.ReadAll(r)
}
