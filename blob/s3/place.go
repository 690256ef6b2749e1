package s3

import (
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Place is where blobs are kept.
type Place struct {
	Bucket    string
	Prefix    string // of all keys; empty, or with a slash at its end
	Endpoint  string // of a service other than Amazon's; empty = Amazon's in Region
	Region    string
	PathStyle bool // the bucket is named in the path, not in the host
}

var (
	bucket = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	prefix = regexp.MustCompile(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$`)
)

// IsPlace reports whether a text is meant to be a place in a bucket.
func IsPlace(text string) bool { return strings.HasPrefix(text, "s3://") }

// ParsePlace reads s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME&path-style=BOOL]. Buckets
// of another endpoint are named in the path unless said otherwise: their hosts seldom have a name for each.
func ParsePlace(text, region string) (p Place, err error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "s3" || u.User != nil || u.Fragment != "" {
		return p, errors.New("s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME&path-style=true] is needed; keys do not belong into it")
	}
	p = Place{Bucket: u.Host, Region: region}
	if !bucket.MatchString(p.Bucket) {
		return p, errors.New("the bucket's name is none: 3 to 63 small letters, digits, dots and hyphens")
	}
	if path := strings.Trim(u.Path, "/"); path != "" {
		if !prefix.MatchString(path) {
			return p, errors.New("the prefix may have letters, digits, - and _, with slashes between")
		}
		p.Prefix = path + "/"
	}
	style := ""
	for name, values := range u.Query() {
		switch name {
		case "endpoint":
			p.Endpoint = values[0]
		case "region":
			p.Region = values[0]
		case "path-style":
			style = values[0]
		default:
			return p, errors.New("there is no parameter " + strconv.Quote(name) + "; known are endpoint, region, path-style")
		}
	}
	return p.with(style)
}

func (p Place) with(style string) (_ Place, err error) {
	if p.Endpoint != "" {
		e, err := url.Parse(p.Endpoint)
		if err != nil || e.Scheme != "http" && e.Scheme != "https" || e.Host == "" || e.User != nil || e.RawQuery != "" {
			return p, errors.New("endpoint must be http(s)://host[:port]")
		}
	}
	p.PathStyle = p.Endpoint != ""
	if style != "" {
		if p.PathStyle, err = strconv.ParseBool(style); err != nil {
			return p, errors.New("path-style must be true or false")
		}
	}
	return p, nil
}
