package node_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"parley/node"
)

func TestRefusedConfigurations(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*node.Config)
		says string
	}{
		"another store":             {func(c *node.Config) { c.Store = "mysql" }, "--store"},
		"a broken store address":    {func(c *node.Config) { c.Store = "postgres://db/parley?lanes=many" }, "lanes"},
		"another bus":               {func(c *node.Config) { c.Bus = "kafka" }, "--bus"},
		"other limits":              {func(c *node.Config) { c.Limits = "some" }, "--limits"},
		"no region":                 {func(c *node.Config) { c.Region = "Europe" }, "--region"},
		"a short account":           {func(c *node.Config) { c.AccountID = "12345678901" }, "--account-id"},
		"no instance id":            {func(c *node.Config) { c.InstanceID = "main" }, "--instance-id"},
		"an id in upper case":       {func(c *node.Config) { c.InstanceID = "AAAAAAAA-0000-4000-8000-000000000001" }, "--instance-id"},
		"a certificate alone":       {func(c *node.Config) { c.TLSCert = "x" }, "--tls-key"},
		"a key id alone":            {func(c *node.Config) { c.AccessKeyID = "x" }, "PARLEY_SECRET_ACCESS_KEY"},
		"a secret alone":            {func(c *node.Config) { c.SecretAccessKey = "x" }, "PARLEY_ACCESS_KEY_ID"},
		"a public URL of words":     {func(c *node.Config) { c.PublicURL = "chat.example.com" }, "--public-url"},
		"a public URL by ftp":       {func(c *node.Config) { c.PublicURL = "ftp://chat.example.com" }, "--public-url"},
		"a public URL with query":   {func(c *node.Config) { c.PublicURL = "https://chat.example.com?x=1" }, "--public-url"},
		"debugging for everybody":   {func(c *node.Config) { c.DebugListen = "0.0.0.0:0" }, "--debug-listen"},
		"open without TLS":          {func(c *node.Config) { c.Listen = "0.0.0.0:0" }, "--behind-proxy"},
		"open on every address":     {func(c *node.Config) { c.Listen = ":0" }, "--behind-proxy"},
		"other plain HTTP":          {func(c *node.Config) { c.PlainHTTP = "yes" }, "--plain-http"},
		"no address":                {func(c *node.Config) { c.Listen = "127.0.0.1" }, "--listen"},
		"controls behind a proxy":   {func(c *node.Config) { c.BehindProxy = true }, "--test-controls"},
		"a limit without a value":   {func(c *node.Config) { c.Limit = []string{"active-chats"} }, "NAME=VALUE"},
		"a count that is none":      {func(c *node.Config) { c.Limit = []string{"active-chats=many"} }, "active-chats"},
		"a negative count of flows": {func(c *node.Config) { c.Limit = []string{"flows=-1"} }, "flows"},
		"a negative count":          {func(c *node.Config) { c.Limit = []string{"active-chats=-1"} }, "active-chats"},
		"a rate without a burst":    {func(c *node.Config) { c.Limit = []string{"StartChatContact=5"} }, "StartChatContact"},
		"a rate of 0":               {func(c *node.Config) { c.Limit = []string{"StartChatContact=0/8"} }, "StartChatContact"},
		"a rate without end":        {func(c *node.Config) { c.Limit = []string{"StartChatContact=Inf/8"} }, "StartChatContact"},
		"a rate that is no number":  {func(c *node.Config) { c.Limit = []string{"StartChatContact=NaN/8"} }, "StartChatContact"},
		"a burst of 0":              {func(c *node.Config) { c.Limit = []string{"StartChatContact=5/0"} }, "StartChatContact"},
		"an unknown setting":        {func(c *node.Config) { c.Setting = []string{"color=red"} }, "color"},
		"a setting that is no word": {func(c *node.Config) { c.Setting = []string{"custom-chat-duration=maybe"} }, "custom-chat-duration"},
		"too long texts":            {func(c *node.Config) { c.Setting = []string{"text-bytes=16385"} }, "text-bytes"},
		"no texts":                  {func(c *node.Config) { c.Setting = []string{"text-bytes=0"} }, "text-bytes"},
		"another log level":         {func(c *node.Config) { c.LogLevel = "loud" }, "--log-level"},
		"another log format":        {func(c *node.Config) { c.LogFormat = "xml" }, "--log-format"},
	} {
		cfg := config(t)
		c.edit(&cfg)
		n, err := node.Start(context.Background(), cfg)
		if err == nil {
			t.Errorf("%s: the server starts", name)
			stop(t, n)
			continue
		}
		if !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: the error does not name %s: %v", name, c.says, err)
		}
		if _, err := os.Stat(cfg.Data); err == nil {
			t.Errorf("%s: the data directory was made", name)
		}
	}
}

func TestAPasswordInAnAddressIsNotShown(t *testing.T) {
	for address, says := range map[string]string{
		"mysql://user:sw0rdf1sh@db/parley":                     "mysql://",
		"postgres://user:sw0rdf1sh@127.0.0.1/parley?lanes=0":   "lanes",
		"postgres://user:sw0rdf1sh@127.0.0.1:x/parley":         "--store",
		"postgres://user:sw0rdf1sh@127.0.0.1/parley?sslmode=x": "--store",
		"postgres://user:sw0rd%zzsh@127.0.0.1/parley":          "--store",
	} {
		cfg := config(t)
		cfg.Store = address
		_, err := node.Start(context.Background(), cfg)
		if err == nil || strings.Contains(err.Error(), "sw0rd") || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestAcceptedConfigurations(t *testing.T) {
	for name, edit := range map[string]func(*node.Config){
		"limits": func(c *node.Config) { c.Limits, c.Limit = "aws", []string{"active-chats=0", "StartChatContact=0.5/1"} },
		"settings": func(c *node.Config) {
			c.Setting = []string{"custom-chat-duration=off", "require-same-customer=on", "strict-client-tokens=true", "text-bytes=16384"}
		},
		"a public URL": func(c *node.Config) { c.PublicURL = "https://chat.example.com/" },
		"a proxy":      func(c *node.Config) { c.Listen, c.BehindProxy, c.TestControls = "0.0.0.0:0", true, false },
		"localhost":    func(c *node.Config) { c.Listen = "localhost:0" },
		"JSON logs":    func(c *node.Config) { c.LogFormat, c.LogLevel = "json", "debug" },
	} {
		cfg := config(t)
		edit(&cfg)
		n := start(t, cfg)
		if got := n.Ready().PublicURL; cfg.PublicURL != "" && got != "https://chat.example.com" {
			t.Errorf("%s: the public URL is %s", name, got)
		}
		stop(t, n)
	}
}
