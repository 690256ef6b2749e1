package s3_test

import (
	"strings"
	"testing"

	"parley/blob"
	"parley/blob/blobtest"
	"parley/blob/s3"
	"parley/internal/s3test"
)

var keys = s3.Credentials{AccessKeyID: s3test.AccessKeyID, SecretAccessKey: s3test.SecretAccessKey}

func place(t *testing.T, text string) s3.Place {
	t.Helper()
	p, err := s3.ParsePlace(text, "eu-central-1")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestConformance(t *testing.T) {
	server := s3test.Start(t)
	blobtest.Run(t, func(t *testing.T) func() blob.Store {
		p := place(t, server.Place("of/"+strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))))
		return func() blob.Store { return s3.New(p, keys, t.TempDir()) }
	})
}

// TestWithoutPrefix: a bucket of its own.
func TestWithoutPrefix(t *testing.T) {
	server := s3test.Start(t)
	blobtest.Run(t, func(t *testing.T) func() blob.Store {
		s := s3.New(place(t, strings.Replace(server.Place(""), s3test.Bucket+"/", s3test.Bucket, 1)), keys, t.TempDir())
		t.Cleanup(func() {
			if err := blob.Each(t.Context(), s, "", func(i blob.Info) error { return s.Delete(t.Context(), i.Key) }); err != nil && t.Context().Err() == nil {
				t.Error(err)
			}
		})
		if err := blob.Each(t.Context(), s, "", func(i blob.Info) error { return s.Delete(t.Context(), i.Key) }); err != nil {
			t.Fatal(err)
		}
		return func() blob.Store { return s }
	})
}

func TestRefused(t *testing.T) {
	server := s3test.Start(t)
	wrong := keys
	wrong.SecretAccessKey += "x"
	for name, s := range map[string]*s3.Store{
		"another secret": s3.New(place(t, server.Place("")), wrong, t.TempDir()),
		"no such bucket": s3.New(place(t, strings.Replace(server.Place(""), s3test.Bucket, "other-bucket", 1)), keys, t.TempDir()),
	} {
		if _, err := s.Put(t.Context(), "s/f", strings.NewReader("x"), 1); err == nil {
			t.Errorf("%s: Put succeeded", name)
		}
		if _, _, err := s.Open(t.Context(), "s/f"); err == nil || strings.Contains(err.Error(), blob.ErrNone.Error()) {
			t.Errorf("%s: Open says %v: nobody may think that the file is gone", name, err)
		}
		if _, err := s.List(t.Context(), "", "", 10); err == nil {
			t.Errorf("%s: List succeeded", name)
		}
	}
}

func TestPlaces(t *testing.T) {
	for text, want := range map[string]s3.Place{
		"s3://bucket": {Bucket: "bucket", Region: "eu-central-1"},
		"s3://bucket/a/b/?region=us-east-1&path-style=true":      {Bucket: "bucket", Prefix: "a/b/", Region: "us-east-1", PathStyle: true},
		"s3://bucket?endpoint=http://127.0.0.1:9":                {Bucket: "bucket", Endpoint: "http://127.0.0.1:9", Region: "eu-central-1", PathStyle: true},
		"s3://bucket?endpoint=https://s3.example&path-style=off": {},
		"s3://bucket?endpoint=https://s3.example&path-style=0":   {Bucket: "bucket", Endpoint: "https://s3.example", Region: "eu-central-1"},
		"s3://":                           {},
		"s3://B":                          {},
		"s3://key:secret@bucket":          {},
		"s3://bucket/../x":                {},
		"s3://bucket?endpoint=ftp://x":    {},
		"s3://bucket?endpont=http://x":    {},
		"https://bucket":                  {},
		"s3://bucket?endpoint=http://a@b": {},
	} {
		got, err := s3.ParsePlace(text, "eu-central-1")
		if (err != nil) != (want == s3.Place{}) || err == nil && got != want {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
}
