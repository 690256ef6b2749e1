package node

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Ready is what callers need to know of a running server: the content of the ready file.
type Ready struct {
	URL             string `json:"url"`
	PublicURL       string `json:"public_url"`
	Version         string `json:"version"`
	PID             int    `json:"pid"`
	Region          string `json:"region"`
	AccountID       string `json:"account_id"`
	AccessKeyID     string `json:"access_key_id"`
	SecretAccessKey string `json:"secret_access_key"`
	InstanceID      string `json:"instance_id"`
	InstanceARN     string `json:"instance_arn"`
	ContactFlowID   string `json:"contact_flow_id"` // the default inbound flow: it greets, then queues

	// The accounts that come with the server and still have their generated passwords.
	Admin  *Account  `json:"admin,omitempty"`
	Agents []Account `json:"agents,omitempty"`
}

// Account is an account that comes with the server.
type Account struct {
	Username string `json:"username"`
	Password string `json:"password"`
	UserID   string `json:"user_id"`
}

// ReadyName is the ready file that every server keeps in its data directory.
const ReadyName = "ready.json"

// write puts the file there whole, readable by its owner only.
func (r Ready) write(path string) error {
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the ready file: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".ready-*")
	if err != nil {
		return fmt.Errorf("write the ready file: %w", err)
	}
	defer os.Remove(temp.Name()) // gone already when all went well
	if _, err := temp.Write(append(raw, '\n')); err != nil {
		return fmt.Errorf("write the ready file: %w", err)
	}
	if err := temp.Close(); err != nil {
		return fmt.Errorf("write the ready file: %w", err)
	}
	return os.Rename(temp.Name(), path)
}

// readyFiles are where the ready file goes.
func (c Config) readyFiles() []string {
	files := []string{c.file(ReadyName)}
	if c.ReadyFile != "" {
		files = append(files, c.ReadyFile)
	}
	return files
}

func (c Config) removeReady() {
	for _, path := range c.readyFiles() {
		_ = os.Remove(path) // usually it is not there
	}
}
