package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/resource"
)

// Revisions are the contents of a flow, a module or a view: the published one,
// a draft, and numbered versions that never change.
type Revisions struct {
	Status    string    `json:"status"`  // PUBLISHED from the first publication on, before that SAVED
	ContentID string    `json:"content"` // the published content; the draft where Status is SAVED
	SHA256    string    `json:"sha256"`  // of that content
	Draft     *Draft    `json:"draft,omitempty"`
	Versions  []Version `json:"versions,omitempty"` // ascending
	Last      int64     `json:"last_version,omitempty"`
}

// Draft is a content that was saved after the published one.
type Draft struct {
	ContentID string `json:"content"`
	SHA256    string `json:"sha256"`
}

// Version is a numbered content.
type Version struct {
	Number      int64     `json:"number"`
	ContentID   string    `json:"content"`
	SHA256      string    `json:"sha256"`
	Description string    `json:"description,omitempty"`
	Created     time.Time `json:"created"`
}

// Statuses and states (Amazon Connect, ContactFlow, ContactFlowModule, View).
const (
	Published = "PUBLISHED"
	Saved     = "SAVED"
	Active    = "ACTIVE"
	Archived  = "ARCHIVED"
)

// MaxVersions is how many versions one thing may have (our choice; Amazon
// Connect's default for views is 50).
const MaxVersions = 100

// Revision is one content out of Revisions.
type Revision struct {
	Status             string
	ContentID, SHA256  string
	Version            int64 // 0 for one that has no number
	VersionDescription string
}

// at returns the revision with a qualifier: none and $LATEST name the published
// one, $SAVED the draft, a number a version. fault.NotFound where there is no
// such version, fault.NotPublished where nothing was published.
func (r *Revisions) at(qualifier string) (Revision, error) {
	switch qualifier {
	case "", arn.Latest:
		if r.Status != Published {
			return Revision{}, fault.New(fault.NotPublished, "It has not been published: ask for %s", arn.Saved)
		}
		return r.published(), nil
	case arn.Saved:
		if d := r.Draft; d != nil {
			return Revision{Status: Saved, ContentID: d.ContentID, SHA256: d.SHA256}, nil
		}
		if r.Status == Saved {
			return Revision{Status: Saved, ContentID: r.ContentID, SHA256: r.SHA256}, nil
		}
		return r.published(), nil
	}
	number, err := strconv.ParseInt(qualifier, 10, 64)
	v, ok := r.version(number)
	if err != nil || !ok || qualifier != strconv.FormatInt(number, 10) {
		return Revision{}, errNoVersion()
	}
	return Revision{Published, v.ContentID, v.SHA256, v.Number, v.Description}, nil
}

func errNoVersion() error { return fault.New(fault.NotFound, "The version was not found") }

// published is the published content, with the number of the newest version that has it.
func (r *Revisions) published() Revision {
	rev := Revision{Status: Published, ContentID: r.ContentID, SHA256: r.SHA256}
	for _, v := range slices.Backward(r.Versions) {
		if v.ContentID == r.ContentID {
			rev.Version, rev.VersionDescription = v.Number, v.Description
			break
		}
	}
	return rev
}

func (r *Revisions) version(number int64) (Version, bool) {
	for _, v := range r.Versions {
		if v.Number == number {
			return v, true
		}
	}
	return Version{}, false
}

// publish makes a content the published one, and the draft.
func (r *Revisions) publish(contentID, sha string) {
	r.Status, r.ContentID, r.SHA256, r.Draft = Published, contentID, sha, nil
}

// save makes a content the draft.
func (r *Revisions) save(contentID, sha string) {
	if r.Status != Published {
		r.Status, r.ContentID, r.SHA256 = Saved, contentID, sha
		return
	}
	r.Draft = &Draft{contentID, sha}
}

// cut makes a version of the published content; sha, if given, must be its
// hash. With the qualifier of an older version that version's content is
// published again first: a rollback. The draft stays as it is. A rollback works
// also where there are as many versions as may be: it then makes none.
func (r *Revisions) cut(qualifier, sha, description string, now time.Time) (Version, error) {
	from, err := r.at(qualifier)
	switch {
	case err != nil:
		return Version{}, err
	case from.Status != Published:
		return Version{}, fault.New(fault.Rule, "Only what is published can become a version")
	case sha != "" && sha != from.SHA256:
		return Version{}, fault.New(fault.Rule, "The published content has another SHA-256 than the one given")
	}
	again, rollback := r.version(from.Version)
	switch full := len(r.Versions) >= MaxVersions; {
	case full && rollback && qualifier == versionName(from.Version):
		r.ContentID, r.SHA256 = from.ContentID, from.SHA256
		return again, nil
	case full:
		return Version{}, fault.New(fault.LimitExceeded, "There are %d versions already: delete one that is not needed", MaxVersions)
	}
	r.ContentID, r.SHA256 = from.ContentID, from.SHA256
	r.Last++
	v := Version{r.Last, from.ContentID, from.SHA256, description, now}
	r.Versions = append(r.Versions, v)
	return v, nil
}

// drop removes a version.
func (r *Revisions) drop(number int64) error {
	if _, ok := r.version(number); !ok {
		return errNoVersion()
	}
	r.Versions = slices.DeleteFunc(slices.Clone(r.Versions), func(v Version) bool { return v.Number == number })
	return nil
}

// contents returns the ids of all contents, each once.
func (r *Revisions) contents() []string {
	ids := []string{r.ContentID}
	if r.Draft != nil {
		ids = append(ids, r.Draft.ContentID)
	}
	for _, v := range r.Versions {
		ids = append(ids, v.ContentID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// versionPage returns a page of versions; newest first if descending.
func versionPage(all []Version, page resource.Page, descending bool) (_ []Version, next string) {
	sorted, key := slices.Clone(all), func(v Version) string { return versionKey(v.Number) }
	if descending {
		slices.Reverse(sorted)
		key = func(v Version) string { return versionKey(newestLast - v.Number) }
	}
	return resource.Cut(sorted, page, key)
}

// newestLast is more than any version's number.
const newestLast = 1<<62 - 1

// versionKey sorts as the numbers do.
func versionKey(n int64) string {
	s := strconv.FormatInt(n, 10)
	return "0000000000000000000"[:max(0, 19-len(s))] + s
}

func versionName(number int64) string { return strconv.FormatInt(number, 10) }

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
