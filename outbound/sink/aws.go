package sink

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"parley/internal/fault"
	"parley/outbound/egress"
	"parley/outbound/signed"
)

// endpoint is one AWS service, or what speaks its protocol.
type endpoint struct {
	client  *egress.Client
	keys    signed.Credentials
	url     string
	service string
	region  string
}

func (e endpoint) send(ctx context.Context, method, url string, header http.Header, body []byte) error {
	return call(ctx, e.client, egress.Request{
		Method: method, URL: url, Header: header, Body: body, MaxBody: maxMessage, Sign: e.keys.AWS(e.service, e.region, body),
	})
}

var arn = regexp.MustCompile(`^arn:aws[a-z-]*:(sns|kinesis):([a-z0-9-]+):(\d{12}):(.+)$`)

// newService reads the ARN of an SNS topic or of a Kinesis stream, and @URL behind it.
func newService(target string, o Options) (Sink, error) {
	name, url, _ := strings.Cut(target, "@")
	part := arn.FindStringSubmatch(name)
	if part == nil {
		return nil, errTarget
	}
	e := endpoint{client: o.Client, keys: o.Keys, service: part[1], region: part[2], url: url}
	if url == "" {
		e.url = "https://" + e.service + "." + e.region + ".amazonaws.com"
	}
	if err := o.Policy.Check(e.url); err != nil {
		return nil, err
	}
	if e.service == "sns" {
		return &topic{e, name}, checkTopic(part[4])
	}
	stream, ok := strings.CutPrefix(part[4], "stream/")
	if !ok || stream == "" {
		return nil, errors.New("the ARN of a Kinesis stream ends with :stream/NAME")
	}
	return &shards{e, name, stream}, nil
}

// checkTopic refuses what is no standard topic (StartContactStreaming: FIFO topics are not supported).
func checkTopic(name string) error {
	if !topicName.MatchString(name) {
		return errors.New("the ARN is that of no standard SNS topic")
	}
	return nil
}

var topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// topic is a topic of Amazon SNS (Publish).
type topic struct {
	endpoint
	arn string
}

// Topics publishes to whatever topic a message is for. url is of the service, "" for Amazon's in the topic's region.
func Topics(url string, o Options) (Sink, error) {
	if url != "" {
		if err := o.Policy.Check(url); err != nil {
			return nil, err
		}
	}
	return &topic{endpoint{client: o.Client, keys: o.Keys, service: "sns", url: url}, ""}, nil
}

func (t *topic) Send(ctx context.Context, m Message) error {
	e, to := t.endpoint, t.arn
	if to == "" {
		to = m.Topic
	}
	part := arn.FindStringSubmatch(to)
	if part == nil {
		return fault.New(fault.Rule, "the message is for no SNS topic")
	}
	if e.region = part[2]; e.url == "" {
		e.url = "https://sns." + e.region + ".amazonaws.com"
	}
	form := url.Values{"Action": {"Publish"}, "Version": {"2010-03-31"}, "TopicArn": {to}, "Message": {string(m.Body)}}
	for i, a := range m.told() {
		prefix := "MessageAttributes.entry." + strconv.Itoa(i+1) + "."
		form.Set(prefix+"Name", a.Name)
		form.Set(prefix+"Value.DataType", "String")
		form.Set(prefix+"Value.StringValue", a.Value)
	}
	return e.send(ctx, http.MethodPost, strings.TrimSuffix(e.url, "/")+"/", http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}},
		[]byte(form.Encode()))
}

func (*topic) Close() error { return nil }

// shards is a stream of Amazon Kinesis (PutRecord); the messages of a group are in one shard.
type shards struct {
	endpoint
	arn, name string
}

func (s *shards) Send(ctx context.Context, m Message) error {
	body, err := json.Marshal(struct{ StreamName, StreamARN, PartitionKey, Data string }{
		s.name, s.arn, m.Group, base64.StdEncoding.EncodeToString(m.Body),
	})
	if err != nil {
		return err
	}
	return s.send(ctx, http.MethodPost, strings.TrimSuffix(s.url, "/")+"/", http.Header{
		"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"Kinesis_20131202.PutRecord"},
	}, body)
}

func (*shards) Close() error { return nil }

// bucket is a bucket of Amazon S3 (PutObject): each message is an object of its own, under the message's path.
type bucket struct {
	endpoint
	root string // URL of the bucket and the prefix, with a slash at its end
}

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// newBucket reads s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME]. Buckets of another endpoint are named in the path.
func newBucket(target string, o Options) (Sink, error) {
	u, err := url.Parse(target)
	if err != nil || !bucketName.MatchString(u.Host) {
		return nil, errTarget
	}
	b := &bucket{endpoint: endpoint{client: o.Client, keys: o.Keys, service: "s3", region: o.Keys.Region}}
	for name, values := range u.Query() {
		switch name {
		case "endpoint":
			b.url = strings.TrimSuffix(values[0], "/")
		case "region":
			b.region = values[0]
		default:
			return nil, errors.New("there is no parameter " + strconv.Quote(name) + "; known are endpoint, region")
		}
	}
	if b.root = b.url + "/" + u.Host + "/"; b.url == "" {
		b.root = "https://" + u.Host + ".s3." + b.region + ".amazonaws.com/"
	}
	if prefix := strings.Trim(u.Path, "/"); prefix != "" {
		b.root += (&url.URL{Path: prefix}).EscapedPath() + "/"
	}
	return b, o.Policy.Check(b.root)
}

func (b *bucket) Send(ctx context.Context, m Message) error {
	if m.Path == "" {
		return fault.New(fault.Rule, "the message has no name for an object")
	}
	sum := sha256.Sum256(m.Body)
	return b.send(ctx, http.MethodPut, b.root+(&url.URL{Path: m.Path}).EscapedPath(), http.Header{
		"Content-Type": {"application/json"}, "X-Amz-Content-Sha256": {hex.EncodeToString(sum[:])},
	}, m.Body)
}

func (*bucket) Close() error { return nil }
