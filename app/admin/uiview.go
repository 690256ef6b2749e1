package admin

import (
	"cmp"
	"context"
	"slices"
	"time"

	"parley/domain/change"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/resource"
)

// View is a view resource: a form or a picture that a flow shows in a chat.
type View struct {
	resource.Stored
	Description string    `json:"description,omitempty"`
	Created     time.Time `json:"created"`
	Revisions
	Actions []string `json:"actions,omitempty"` // of the published content

	Managed bool        `json:"-"` // one that every instance has
	Content ViewContent `json:"-"`
}

// ViewContent is what a client needs to draw a view, but for its data.
type ViewContent struct {
	Template string
	Schema   string // of the data, in JSON Schema; made from the template
	Actions  []string
}

// Types of views.
const (
	ManagedView  = "AWS_MANAGED"
	CustomerView = "CUSTOMER_MANAGED"
)

// Type is the view's type.
func (v *View) Type() string {
	if v.Managed {
		return ManagedView
	}
	return CustomerView
}

// ViewRevision is a view with one of its contents.
type ViewRevision struct {
	View
	Revision
}

func views() resource.Kind[View, *View] {
	return resource.Of[View](resource.KindView, "ViewId", "view")
}

// CreateView makes a view, published or as a draft.
func (s *Service) CreateView(ctx context.Context, v View, t resource.Token) (ViewRevision, error) {
	publish := v.Status == Published
	row, err := v.accept(v.Content, publish)
	if err != nil {
		return ViewRevision{}, err
	}
	v.Created = s.clock.Now()
	if _, err = views().Create(ctx, s.docs, &v, t, row); err != nil {
		return ViewRevision{}, err
	}
	return s.View(ctx, v.InstanceID, arn.Ref{ID: v.ID, Qualifier: arn.Saved})
}

// accept gives a view a content; what is only saved is held to less.
func (v *View) accept(c ViewContent, publish bool) (row change.Resource, err error) {
	if err := c.Check(publish); err != nil {
		return row, err
	}
	id, row, err := newBody(v.InstanceID, body{Text: c.Template, Schema: c.Schema, Actions: c.Actions})
	if publish {
		v.publish(id, c.sum())
		v.Actions = c.Actions
	} else {
		v.save(id, c.sum())
	}
	return row, err
}

// View returns a view with the content that a qualifier names (Revisions);
// fault.NotFound. Of a managed view there is version 1 alone.
func (s *Service) View(ctx context.Context, instance string, ref arn.Ref) (ViewRevision, error) {
	if v, ok := s.managed[ref.ID]; ok {
		rev, err := v.at(ref.Qualifier)
		return ViewRevision{v, rev}, named(err, views().Member)
	}
	v, err := views().Get(ctx, s.docs, instance, ref.ID)
	if err != nil {
		return ViewRevision{}, err
	}
	rev, err := v.at(ref.Qualifier)
	if fault.Is(err, fault.NotPublished) {
		err = fault.New(fault.NotFound, "It was not published: ask for %s", arn.Saved)
	}
	if err != nil {
		return ViewRevision{}, named(err, views().Member)
	}
	b, err := bodies().Get(ctx, s.docs, instance, rev.ContentID)
	v.Content = ViewContent{b.Text, b.Schema, b.Actions}
	return ViewRevision{v, rev}, err
}

// ShownView is a view as it was shown in a chat.
type ShownView struct {
	ID, ARN, Name string
	Content       ViewContent
}

// ShownView returns a view with the content that was shown, as long as that is
// kept: also when the view has another by now, or is deleted and has no name
// any more. fault.NotFound.
func (s *Service) ShownView(ctx context.Context, instance, id, content string) (ShownView, error) {
	scope := s.Scope(instance)
	if v, ok := s.managed[id]; ok {
		return ShownView{v.ID, s.viewARN(scope, &v), v.Name, v.Content}, nil
	}
	shown := ShownView{ID: id, ARN: scope.ARN(arn.View, id)}
	v, err := views().Get(ctx, s.docs, instance, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return shown, err
	}
	shown.Name = v.Name
	b, err := bodies().Get(ctx, s.docs, instance, content)
	shown.Content = ViewContent{b.Text, b.Schema, b.Actions}
	return shown, err
}

// allViews returns the managed views and an instance's own, by type and name.
func (s *Service) allViews(ctx context.Context, instance string) ([]View, error) {
	all, err := views().All(ctx, s.docs, instance)
	if err != nil {
		return nil, err
	}
	for _, v := range s.managed {
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b View) int { return cmp.Compare(viewKey(a), viewKey(b)) })
	return all, nil
}

func viewKey(v View) string { return v.Type() + "/" + v.Name + "/" + v.ID }

// Views lists views by type and name, without their contents; kind "" = all.
func (s *Service) Views(ctx context.Context, instance, kind string, page resource.Page) (_ []View, next string, err error) {
	all, err := s.allViews(ctx, instance)
	if err != nil {
		return nil, "", err
	}
	all = slices.DeleteFunc(all, func(v View) bool { return kind != "" && v.Type() != kind })
	some, next := resource.Cut(all, page, viewKey)
	return some, next, nil
}

// SearchViews lists the views that meet a condition, and counts them.
func (s *Service) SearchViews(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[View], error) {
	all, err := s.allViews(ctx, instance)
	if err != nil {
		return resource.Found[View]{}, err
	}
	return resource.Sift(all, c, page, viewKey)
}

// Fields are what searches compare.
func (v *View) Fields() map[string]string {
	return map[string]string{
		"name": v.Name, "description": v.Description, "resourceid": v.ID, resource.IsType: v.Type(), resource.IsStatus: v.Status,
	}
}

// UpdateViewContent makes a content the draft and, to publish it, the published one as well.
func (s *Service) UpdateViewContent(ctx context.Context, instance, id string, c ViewContent, publish bool) (ViewRevision, error) {
	if err := s.own(id); err != nil {
		return ViewRevision{}, err
	}
	_, err := revise(ctx, s, views(), instance, id, func(v *View) ([]change.Resource, error) {
		row, err := v.accept(c, publish)
		return []change.Resource{row}, err
	})
	if err != nil {
		return ViewRevision{}, err
	}
	return s.View(ctx, instance, arn.Ref{ID: id, Qualifier: arn.Saved})
}

// own refuses to change a managed view.
func (s *Service) own(id string) error {
	if _, ok := s.managed[id]; ok {
		return fault.New(fault.Denied, "ViewId: a managed view cannot be changed")
	}
	return nil
}

// UpdateView changes a view's data.
func (s *Service) UpdateView(ctx context.Context, instance, id string, m Metadata) error {
	if err := s.own(id); err != nil {
		return err
	}
	_, err := views().Update(ctx, s.docs, instance, id, func(v *View) ([]change.Resource, error) {
		m.apply(&v.Stored, &v.Description, nil)
		return nil, nil
	})
	return err
}

// DeleteView deletes a view with its versions, unless a flow names it (fault.InUse).
func (s *Service) DeleteView(ctx context.Context, instance, id string) error {
	if err := s.own(id); err != nil {
		return err
	}
	return remove(ctx, s, views(), instance, id, func(v *View) error {
		err := s.unused(ctx, instance, v.ID, views().Member, views().Noun)
		if fault.Is(err, fault.Rule) {
			return fault.Wrap(fault.InUse, err, "%s", err.Error())
		}
		return err
	})
}

// CutView makes a version of what a view has published; without a change since
// the newest version it is that one. With the qualifier of a version that one is published again.
func (s *Service) CutView(ctx context.Context, instance string, ref arn.Ref, sha, description string) (ViewRevision, error) {
	if err := s.own(ref.ID); err != nil {
		return ViewRevision{}, err
	}
	var made Version
	_, err := revise(ctx, s, views(), instance, ref.ID, func(v *View) (_ []change.Resource, err error) {
		last := len(v.Versions) - 1
		if now, err := v.at(ref.Qualifier); err == nil && last >= 0 && v.Versions[last].SHA256 == now.SHA256 && (sha == "" || sha == now.SHA256) {
			made = v.Versions[last]
			return nil, nil
		}
		if made, err = v.cut(ref.Qualifier, sha, description, s.clock.Now()); err != nil {
			return nil, named(asQuota(err), views().Member)
		}
		b, err := bodies().Get(ctx, s.docs, instance, made.ContentID)
		v.Actions = b.Actions
		return nil, err
	})
	if err != nil {
		return ViewRevision{}, err
	}
	return s.View(ctx, instance, arn.Ref{ID: ref.ID, Qualifier: versionName(made.Number)})
}

// asQuota: views have a service quota where flows have a limit.
func asQuota(err error) error {
	switch fault.KindOf(err) {
	case fault.LimitExceeded:
		return fault.Wrap(fault.Quota, err, "%s", err.Error())
	case fault.NotPublished:
		return fault.Wrap(fault.NotFound, err, "%s", err.Error())
	}
	return err
}

// DropViewVersion deletes a version.
func (s *Service) DropViewVersion(ctx context.Context, instance, id string, number int64) error {
	if err := s.own(id); err != nil {
		return err
	}
	_, err := revise(ctx, s, views(), instance, id, func(v *View) ([]change.Resource, error) {
		return nil, named(v.drop(number), "ViewVersion")
	})
	return err
}

// ViewVersions returns a view and a page of its versions, newest first.
func (s *Service) ViewVersions(ctx context.Context, instance, id string, page resource.Page) (v View, _ []Version, next string, err error) {
	v, ok := s.managed[id]
	if !ok {
		if v, err = views().Get(ctx, s.docs, instance, id); err != nil {
			return v, nil, "", err
		}
	}
	all, next := versionPage(v.Versions, page, true)
	return v, all, next, nil
}
