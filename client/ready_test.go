package client_test

import (
	"testing"

	"parley/client"
)

// A server is called at its own address, and its certificate is checked for its public name.
func TestACertificateIsCheckedForThePublicName(t *testing.T) {
	for public, want := range map[string]string{
		"https://chat.example.com:8443": "chat.example.com", "https://127.0.0.1:18443": "127.0.0.1", "http://127.0.0.1:8080": "", "": "",
	} {
		c := client.Ready{URL: "https://127.0.0.1:18443", PublicURL: public}.Config()
		got := ""
		if c.TLS != nil {
			got = c.TLS.ServerName
		}
		if got != want {
			t.Errorf("%s: the name is %q, want %q", public, got, want)
		}
	}
}
