package sink_test

import (
	"context"
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"parley/internal/s3test"
	"parley/outbound/egress"
	"parley/outbound/signed"
	"parley/outbound/sink"
)

// A real service takes what is put into a bucket, with the colon that names of transcript files have, and again.
func TestABucketHasAnObjectForEachMessage(t *testing.T) {
	server := s3test.Start(t)
	policy, err := egress.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	client := egress.New(egress.Options{Policy: policy})
	t.Cleanup(client.Close)
	o := sink.Options{Client: client, Policy: policy, Keys: signed.Credentials{
		AccessKeyID: s3test.AccessKeyID, SecretAccessKey: s3test.SecretAccessKey, Region: s3test.Region,
	}}
	s, err := sink.Open(server.Place("sink"), o)
	if err != nil {
		t.Fatal(err)
	}
	const path = "ChatTranscripts/2026/a_20260102T15:04_UTC.json"
	for range 2 {
		send(t, s, sink.Message{Path: path, Body: []byte(`{"a":1}`)})
	}
	kept := s3.New(s3.Options{
		Region: s3test.Region, BaseEndpoint: &server.Endpoint, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(s3test.AccessKeyID, s3test.SecretAccessKey, ""),
	})
	out, err := kept.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String(s3test.Bucket), Key: aws.String("sink/" + path)})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	if got, err := io.ReadAll(out.Body); err != nil || string(got) != `{"a":1}` {
		t.Errorf("the object has %q, %v", got, err)
	}
	o.Keys.SecretAccessKey = "another"
	wrong, err := sink.Open(server.Place("sink"), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := wrong.Send(context.Background(), sink.Message{Path: "x", Body: []byte(`1`)}); err == nil {
		t.Error("a wrong signature was taken")
	}
}
