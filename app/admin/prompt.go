package admin

import (
	"context"
	"net/url"
	"strings"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/work/resource"
)

// Prompt is a prompt resource. In a chat there is nothing to play, so a prompt
// can have a text, which a flow that names the prompt says (Text).
type Prompt struct {
	resource.Stored
	Description string `json:"description,omitempty"`
	S3URI       string `json:"uri"`
}

// Where a prompt's text is found (ours): in its S3Uri, percent-encoded after
// textPrefix, else in a tag.
const (
	textPrefix = "s3://parley-text/"
	TextTag    = "parley:text"
)

// Text returns what the prompt says in a chat, "" for one that has no text.
func (p *Prompt) Text() string {
	if coded, ok := strings.CutPrefix(p.S3URI, textPrefix); ok {
		text, err := url.PathUnescape(coded)
		if err != nil { // checked when it was stored
			return ""
		}
		return text
	}
	return p.Tags[TextTag]
}

// File returns where the prompt's content is: a data URL for a text, else its S3Uri.
func (p *Prompt) File() string {
	if text := p.Text(); text != "" {
		return "data:text/plain;charset=utf-8," + url.PathEscape(text)
	}
	return p.S3URI
}

func (p *Prompt) check() error {
	if coded, ok := strings.CutPrefix(p.S3URI, textPrefix); ok {
		if _, err := url.PathUnescape(coded); err != nil {
			return fault.New(fault.Invalid, "S3Uri: the text after %s must be percent-encoded", textPrefix)
		}
	}
	return nil
}

func prompts() resource.Kind[Prompt, *Prompt] {
	return resource.Of[Prompt](resource.KindPrompt, "PromptId", "prompt")
}

// CreatePrompt makes a prompt.
func (s *Service) CreatePrompt(ctx context.Context, p Prompt) (Prompt, error) {
	if err := p.check(); err != nil {
		return p, err
	}
	_, err := prompts().Create(ctx, s.docs, &p, resource.Token{})
	return p, err
}

// Prompt returns a prompt; fault.NotFound.
func (s *Service) Prompt(ctx context.Context, instance, id string) (Prompt, error) {
	return prompts().Get(ctx, s.docs, instance, id)
}

// Prompts lists the prompts of an instance.
func (s *Service) Prompts(ctx context.Context, instance string, page resource.Page) (_ []Prompt, next string, err error) {
	return prompts().List(ctx, s.docs, instance, page, nil)
}

// SearchPrompts lists the prompts that meet a condition, and counts them.
func (s *Service) SearchPrompts(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[Prompt], error) {
	return resource.Search(ctx, s.docs, prompts(), instance, c, page)
}

// Fields are what searches compare.
func (p *Prompt) Fields() map[string]string {
	return map[string]string{"name": p.Name, "description": p.Description, "resourceid": p.ID}
}

// PromptChange is what changes about a prompt; nil leaves it.
type PromptChange struct{ Name, Description, S3URI *string }

// UpdatePrompt changes a prompt.
func (s *Service) UpdatePrompt(ctx context.Context, instance, id string, c PromptChange) error {
	_, err := prompts().Update(ctx, s.docs, instance, id, func(p *Prompt) ([]change.Resource, error) {
		resource.Set(&p.Name, c.Name)
		resource.Set(&p.Description, c.Description)
		resource.Set(&p.S3URI, c.S3URI)
		return nil, p.check()
	})
	return err
}

// DeletePrompt deletes a prompt, unless a flow names it (fault.Rule).
func (s *Service) DeletePrompt(ctx context.Context, instance, id string) error {
	return prompts().DeleteOn(ctx, s.docs, instance, id, func(*Prompt) error {
		return s.unused(ctx, instance, id, prompts().Member, prompts().Noun)
	})
}
