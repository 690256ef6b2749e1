// Package node assembles a running server from a configuration: Start, Ready,
// Stop. The command and the tests start the same thing.
//
// It guarantees: Start returns only when the server serves; Stop lets calls
// under way finish, closes sockets with 1012 and leaves everything durable; a
// data directory is used by one server at a time.
package node

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"parley/app/admin"
	"parley/domain/attachment"
	"parley/domain/contact"
	"parley/domain/quota"
	"parley/internal/arn"
	"parley/server/connect"
	"parley/server/participant"
	"parley/store/postgres"
)

// Config is what a server is started with. The zero value of a member is the default.
type Config struct {
	Listen         string // host:port; "127.0.0.1:8080"; port 0 picks a free one
	Data           string // directory; "data"
	Store          string // "sqlite" or a postgres:// URL
	Bus            string // "memory", or nats:// or tls:// URLs, comma separated; "memory"
	BusName        string // of all nodes over one store, where others use the same NATS; "main"
	BusCreds       string // files that NATS wants, each optional: see bus/nats.Options
	BusNKey        string
	BusCA          string
	BusCert        string
	BusKey         string
	Limits         string // "off" or "aws"; "off"
	Limit          []string
	Setting        []string
	Region         string   // "us-east-1"
	AccountID      string   // "123456789012"
	InstanceID     string   // of the instance of the first start; empty = generated
	Origins        []string // sites whose pages may open websockets; nil = any
	PublicURL      string   // under which callers reach the server; empty = from each request's Host
	TLSCert        string
	TLSKey         string
	BehindProxy    bool     // a proxy in front of the server speaks TLS
	TrustedProxies []string // addresses or networks of such proxies; nil = this machine's and private networks
	PlainHTTP      string   // "off", "local" or "any": without TLS on a listener that other machines can reach; "off"
	TestControls   bool
	ReadyFile      string
	DrainWait      time.Duration // from /readyz's 503 to the last new connection, so that a balancer notices; 0
	DebugListen    string        // loopback address of pprof; empty = none
	LogFormat      string        // "text" or "json"; "text"
	LogLevel       string        // "debug", "info", "warn" or "error"; "info"

	MetricsToken string // with which others than this machine may see the metrics; empty = nobody else
	OTLP         OTLP

	Outbound    Outbound
	Attachments Attachments
	FlowLog     string // file for what flows that enable logging do, with values of contacts; empty = none

	OIDC OIDC

	AccessKeyID     string // of the first key; empty = generated and kept
	SecretAccessKey string
	MasterKey       string // 64 hexadecimal digits; empty = generated and kept in Data
	OtherMasterKeys string // what they sealed is opened, too, and sealed with MasterKey at the start

	Version string
	LogTo   io.Writer // os.Stderr

	patience patience // defaultPatience
}

func (c Config) withDefaults() Config {
	for _, d := range []struct {
		to   *string
		from string
	}{
		{&c.Listen, "127.0.0.1:8080"}, {&c.Data, "data"}, {&c.Store, "sqlite"}, {&c.Bus, "memory"}, {&c.Limits, "off"},
		{&c.Region, "us-east-1"}, {&c.AccountID, "123456789012"}, {&c.PlainHTTP, plainOff}, {&c.LogFormat, "text"}, {&c.LogLevel, "info"}, {&c.Version, "dev"},
	} {
		if *d.to == "" {
			*d.to = d.from
		}
	}
	if c.LogTo == nil {
		c.LogTo = os.Stderr
	}
	if c.patience == (patience{}) {
		c.patience = defaultPatience()
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	return c
}

var (
	region    = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
	accountID = regexp.MustCompile(`^\d{12}$`)
)

// check refuses what a server cannot be started with, in words for the operator.
func (c Config) check() error {
	switch {
	case c.Store != "sqlite" && !c.shared():
		return fmt.Errorf("--store %s: sqlite or a postgres:// URL is needed", clip(c.Store))
	case c.Limits != "off" && c.Limits != "aws":
		return fmt.Errorf("--limits must be off or aws, not %q", c.Limits)
	case !region.MatchString(c.Region):
		return fmt.Errorf("--region %q is not an AWS region", c.Region)
	case !accountID.MatchString(c.AccountID):
		return fmt.Errorf("--account-id must have 12 digits")
	case c.PlainHTTP != plainOff && c.PlainHTTP != plainLocal && c.PlainHTTP != plainAny:
		return fmt.Errorf("--plain-http must be off, local or any, not %q", c.PlainHTTP)
	case c.InstanceID != "" && !arn.IsUUID(c.InstanceID):
		return fmt.Errorf("--instance-id must be a UUID in lower case")
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return fmt.Errorf("--tls-cert and --tls-key go together")
	case (c.AccessKeyID == "") != (c.SecretAccessKey == ""):
		return fmt.Errorf("PARLEY_ACCESS_KEY_ID and PARLEY_SECRET_ACCESS_KEY go together")
	}
	if err := c.checkObservation(); err != nil {
		return err
	}
	if c.DrainWait < 0 || c.DrainWait > maxDrainWait {
		return fmt.Errorf("--drain-wait must be from 0 to %v", maxDrainWait)
	}
	if c.shared() {
		if err := postgres.Check(c.Store); err != nil {
			return fmt.Errorf("--store: %w", err)
		}
	}
	if err := c.checkBus(); err != nil {
		return err
	}
	if err := c.checkAttachments(); err != nil {
		return err
	}
	return c.checkAddresses()
}

// maxDrainWait is our choice.
const maxDrainWait = time.Minute

func (c Config) checkAddresses() error {
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" {
			return fmt.Errorf("--public-url must be http(s)://host[:port][/path]")
		}
	}
	if c.TestControls && c.BehindProxy {
		return fmt.Errorf("--test-controls would be open to everybody who reaches the proxy: not together with --behind-proxy")
	}
	for _, origin := range c.Origins {
		if u, err := url.Parse(origin); err != nil || u.Scheme == "" || u.Host == "" || u.Path != "" {
			return fmt.Errorf("--origin %s must be scheme://host[:port]", origin)
		}
	}
	if c.DebugListen != "" && !loopback(c.DebugListen) {
		return fmt.Errorf("--debug-listen must be a loopback address")
	}
	if inherited() {
		return nil // its address is checked when it is taken over
	}
	return c.exposed(c.Listen)
}

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

func clip(s string) string {
	if scheme, _, ok := strings.Cut(s, "://"); ok {
		return scheme + "://…" // what follows may hold a password
	}
	return s
}

// limits are the numbers that callers are held to.
type limits struct {
	active     int64
	things     admin.Quotas
	perAddress int // connections
	rates      map[string]quota.Rate
	aws        bool
}

func (c Config) limits() (limits, error) {
	l := limits{perAddress: c.perAddress(), rates: map[string]quota.Rate{}, aws: c.Limits == "aws"}
	if l.aws {
		l.active = quota.AWSActiveChats
		l.things = admin.Quotas{Flows: quota.AWSFlows, Modules: quota.AWSModules}
	}
	for _, entry := range c.Limit {
		name, value, ok := strings.Cut(entry, "=")
		if !ok {
			return l, fmt.Errorf("--limit %q must be NAME=VALUE", entry)
		}
		if err := l.set(name, value); err != nil {
			return l, fmt.Errorf("--limit %s: %w", entry, err)
		}
	}
	return l, nil
}

func (l *limits) set(name, value string) (err error) {
	switch name {
	case "active-chats":
		l.active, err = wholeNumber(value)
		return err
	case "flows", "flow-modules":
		n, err := wholeNumber(value)
		if name == "flows" {
			l.things.Flows = int(n)
		} else {
			l.things.Modules = int(n)
		}
		return err
	case "connections-per-address":
		n, err := wholeNumber(value)
		l.perAddress = int(n)
		return err
	}
	if !connect.Knows(name) && !participant.Knows(name) {
		return fmt.Errorf("there is no operation of that name")
	}
	perSecond, burst, ok := strings.Cut(value, "/")
	var r quota.Rate
	if r.PerSecond, err = strconv.ParseFloat(perSecond, 64); err != nil || !ok || !(r.PerSecond > 0) || math.IsInf(r.PerSecond, 0) {
		return fmt.Errorf("a rate is needed, for instance StartChatContact=5/8: 5 a second, 8 at once")
	}
	if r.Burst, err = strconv.Atoi(burst); err != nil || r.Burst < 1 {
		return fmt.Errorf("the burst must be a whole number of at least 1")
	}
	l.rates[name] = r
	return nil
}

func wholeNumber(value string) (int64, error) {
	n, err := strconv.ParseInt(value, 10, 32)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("a whole number is needed; 0 is no limit")
	}
	return n, nil
}

// rate tells the rate of an operation, false for no limit.
func (l limits) rate(operation string) (quota.Rate, bool) {
	if r, ok := l.rates[operation]; ok {
		return r, true
	}
	if !l.aws {
		return quota.Rate{}, false
	}
	if r, ok := quota.AWS(operation); ok {
		return r, true
	}
	return quota.Default(), true
}

// settings are the choices that chats are held to.
type settings struct {
	contact.Settings
	strictTokens bool
	away         time.Duration // how long a customer may be away before the chat is over; 0 = for ever
	files        attachment.Limits
}

func (c Config) settings(active int64) (settings, error) {
	s := settings{Settings: contact.Settings{ActiveChats: active}, files: attachment.Defaults()}
	for _, entry := range c.Setting {
		name, value, _ := strings.Cut(entry, "=")
		if err := s.set(name, value); err != nil {
			return s, fmt.Errorf("--setting %s: %w", entry, err)
		}
	}
	return s, nil
}

func (s *settings) set(name, value string) (err error) {
	switch name {
	case "custom-chat-duration":
		s.FixedDuration, err = onOff(value)
		s.FixedDuration = !s.FixedDuration
	case "require-same-customer":
		s.RequireSameCustomer, err = onOff(value)
	case "strict-client-tokens":
		s.strictTokens, err = onOff(value)
	case "end-without-customer-minutes":
		var minutes int
		minutes, err = strconv.Atoi(value)
		if s.away = time.Duration(minutes) * time.Minute; err != nil || minutes < 1 || minutes > maxAwayMinutes {
			return fmt.Errorf("a number from 1 to %d is needed; by default a chat goes on without its customer", maxAwayMinutes)
		}
	case "text-bytes":
		s.Text.Bytes, err = strconv.Atoi(value)
		if err != nil || s.Text.Bytes < 1 || s.Text.Bytes > maxTextBytes {
			return fmt.Errorf("a number from 1 to %d is needed", maxTextBytes)
		}
	case "attachment-bytes":
		s.files.Size, err = strconv.ParseInt(value, 10, 64)
		if err != nil || s.files.Size < 1 || s.files.Size > attachment.MaxSize {
			return fmt.Errorf("a number from 1 to %d is needed", attachment.MaxSize)
		}
	case "attachments-per-chat":
		s.files.Count, err = strconv.Atoi(value)
		if err != nil || s.files.Count < 1 || s.files.Count > attachment.MaxCount {
			return fmt.Errorf("a number from 1 to %d is needed", attachment.MaxCount)
		}
	default:
		return fmt.Errorf("there is no such setting; known are attachment-bytes, attachments-per-chat, custom-chat-duration, end-without-customer-minutes, require-same-customer, strict-client-tokens, text-bytes")
	}
	return err
}

// maxAwayMinutes is the longest chat (StartChatContact).
const maxAwayMinutes = 10_080

// maxTextBytes is the most that a text can be allowed (SendMessage: 16,384).
const maxTextBytes = 16_384

func onOff(value string) (bool, error) {
	switch value {
	case "on", "true":
		return true, nil
	case "off", "false":
		return false, nil
	}
	return false, fmt.Errorf("on or off is needed, not %q", value)
}

func (c Config) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, fmt.Errorf("--log-level %q is not debug, info, warn or error", c.LogLevel)
	}
	opts := &slog.HandlerOptions{Level: level}
	switch c.LogFormat {
	case "json":
		return slog.New(slog.NewJSONHandler(c.LogTo, opts)), nil
	case "text":
		return slog.New(slog.NewTextHandler(c.LogTo, opts)), nil
	}
	return nil, fmt.Errorf("--log-format %q is not text or json", c.LogFormat)
}

func (c Config) file(name string) string { return filepath.Join(c.Data, name) }
