package client

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
)

// Ready is the part of a server's ready file that callers need. The server
// writes the file once it serves and removes it when it stops.
type Ready struct {
	URL             string `json:"url"`
	PublicURL       string `json:"public_url"`
	PID             int    `json:"pid"`
	Region          string `json:"region"`
	AccessKeyID     string `json:"access_key_id"`
	SecretAccessKey string `json:"secret_access_key"`
	InstanceID      string `json:"instance_id"`
	ContactFlowID   string `json:"contact_flow_id"` // the default inbound flow
	// Agents are accounts of agents that still have the passwords they were made with.
	Agents []struct {
		Username string `json:"username"`
		Password string `json:"password"`
	} `json:"agents"`
}

// ReadReady reads a ready file. A missing one is an fs.ErrNotExist.
func ReadReady(path string) (Ready, error) {
	var r Ready
	data, err := os.ReadFile(path)
	if err != nil {
		return r, fmt.Errorf("ready file: %w", err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("ready file %s: %w", path, err)
	}
	return r, nil
}

// Config returns the configuration for the server that wrote the file.
func (r Ready) Config() Config {
	return Config{
		TLS: r.tls(), Endpoint: r.URL, Region: r.Region, InstanceID: r.InstanceID,
		AccessKeyID: r.AccessKeyID, SecretAccessKey: r.SecretAccessKey,
	}
}

// tls checks the certificate for the name that others call the server by: it is
// called at its own address, which a certificate seldom has.
func (r Ready) tls() *tls.Config {
	public, err := url.Parse(r.PublicURL)
	if err != nil || public.Scheme != "https" {
		return nil
	}
	return &tls.Config{ServerName: public.Hostname(), MinVersion: tls.VersionTLS12}
}
