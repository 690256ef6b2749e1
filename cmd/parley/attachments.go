package main

import "parley/node"

// attachments are the flags of where attached files are kept.
type attachments struct {
	Attachments string `placeholder:"PLACE" env:"PARLEY_ATTACHMENTS" help:"Where attached files are kept: disk (in the data directory; the default with SQLite), another directory, s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME], or off (the default with PostgreSQL). Several nodes need a bucket, or a directory that they share."`
	Scanner     string `placeholder:"SCANNER" env:"PARLEY_SCANNER" help:"Who looks at attached files before they can be read: clamd:/PATH, clamd:HOST:PORT or webhook:URL."`
}

// files reads the flags and the keys of the bucket.
func (a attachments) files() (node.Attachments, error) {
	f := node.Attachments{Place: a.Attachments, Scanner: a.Scanner}
	for name, to := range map[string]*string{
		"PARLEY_ATTACHMENTS_ACCESS_KEY_ID": &f.AccessKeyID, "PARLEY_ATTACHMENTS_SECRET_ACCESS_KEY": &f.SecretAccessKey,
		"PARLEY_ATTACHMENTS_SESSION_TOKEN": &f.SessionToken,
	} {
		var err error
		if *to, err = secret(name); err != nil {
			return f, err
		}
	}
	return f, nil
}
