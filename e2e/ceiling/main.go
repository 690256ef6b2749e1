// Command ceiling tells how fast a chat server of this protocol could be on
// this machine: net/http and websockets, and a flat log that is synced before
// each answer. It answers the calls that `parley bench` makes and leaves out
// everything that makes a chat server right: no signature, token or rule is
// checked, no message can be read again. It is a measuring tool, no part of
// the product.
//
//	ceiling DIRECTORY
//
// listens on a free port of 127.0.0.1, writes the directory's ready.json as
// `parley serve` would, and runs until it is killed.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ceiling:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: ceiling DIRECTORY")
	}
	log, err := openLedger(filepath.Join(args[0], "log"))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	url := "http://" + listener.Addr().String()
	if err := writeReady(filepath.Join(args[0], "ready.json"), url); err != nil {
		return err
	}
	server := &http.Server{Handler: newServer(url, log).routes(), ReadHeaderTimeout: time.Minute}
	return server.Serve(listener)
}

// writeReady says where the server is; the file is there whole or not at all.
func writeReady(path, url string) error {
	ready, err := json.Marshal(map[string]any{
		"url": url, "public_url": url, "pid": os.Getpid(), "region": "us-east-1",
		"access_key_id": "any", "secret_access_key": "any", "instance_id": "any", "contact_flow_id": "any",
	})
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", ready, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
