package carry

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/domain/flow"
)

// Plan is what makes an instance as the files say.
type Plan struct {
	renames []renaming
	creates []*thing // of the files
	changes []change
	deletes []*thing
	// Kept are things that the files do not have and that stay.
	Kept []string
	// Notes name what the files say and this instance cannot have.
	Notes []string
}

// change is a thing that is there and should be otherwise.
type change struct {
	have, want  *thing
	differences []Difference
}

// Empty tells whether nothing is to do.
func (p *Plan) Empty() bool { return len(p.renames)+len(p.creates)+len(p.changes)+len(p.deletes) == 0 }

// Compare says what is to do so that an instance becomes as the files say; what only the
// instance has goes if prune says so. An invalid member and each name that leads
// nowhere is in the error, with its file: then there is no plan.
func Compare(a *API, want, have *Instance, prune bool) (*Plan, error) {
	p := &Plan{}
	if prune {
		p.renames = findRenamed(want, have)
	}
	var problems []error
	for _, t := range want.things {
		problems = append(problems, check(a, t)...)
		problems = append(problems, lost(t, want, have, prune)...)
		is := have.byName[t.ref()]
		if is == nil {
			problems = append(problems, bornWhole(t), makable(t, have))
			p.creates = append(p.creates, t)
			continue
		}
		t.doc = p.adapt(a, t, is)
		c := change{is, t, compare(is.doc, t.doc)}
		problems = append(problems, frozen(c)...)
		if len(c.differences) > 0 {
			p.changes = append(p.changes, c)
		}
	}
	for _, t := range have.things {
		if want.byName[t.ref()] == nil {
			p.leave(t, prune)
		}
	}
	return p, errors.Join(problems...)
}

// leave deletes what the files do not have, if it may go.
func (p *Plan) leave(t *thing, prune bool) {
	switch {
	case t.kind.ref == "settings": // files of an earlier export say nothing of them
	case !prune:
		p.Kept = append(p.Kept, t.label())
	case t.kind.delete == "":
		p.Notes = append(p.Notes, t.label()+": the API cannot delete it")
	default:
		p.deletes = append(p.deletes, t)
	}
}

// adapt is what the files say of a thing, with what they leave to the instance as it is there.
func (p *Plan) adapt(a *API, t, is *thing) Doc {
	d := maps.Clone(t.doc)
	for _, name := range words("Status State AgentAvailabilityTimer StartsPerMinute ContentType") {
		if d[name] == nil && is.doc[name] != nil {
			d[name] = is.doc[name]
		}
	}
	p.keepLasting(a, t, d, is)
	if t.kind.ref == "prompt" && (d["S3Uri"] == nil || is.doc["S3Uri"] == nil) {
		delete(d, "S3Uri")
		if is.doc["S3Uri"] != nil {
			d["S3Uri"] = is.doc["S3Uri"]
		}
	}
	if t.kind.ours {
		return asThere(t.kind, d, is)
	}
	if t.kind.key != "" {
		return d
	}
	attributes, there := Doc{}, object(is.doc, "Attributes")
	maps.Copy(attributes, there)
	for name, value := range object(d, "Attributes") {
		if there[name] == nil {
			p.Notes = append(p.Notes, fmt.Sprintf("%s: Attributes.%s: this instance has no such attribute", t.file, name))
			continue
		}
		attributes[name] = value
	}
	d["Attributes"], d["AttachedFiles"] = attributes, filesOver(object(is.doc, "AttachedFiles"), object(d, "AttachedFiles"))
	return tidy("", d).(Doc)
}

// filesOver are rules for attached files with those of others over them; what those do not say stays.
func filesOver(is, want Doc) Doc {
	all := maps.Clone(is)
	for scope := range want {
		rules := with(object(is, scope), "", nil)
		maps.Copy(rules, object(want, scope))
		all = with(all, scope, rules)
	}
	return all
}

// keepLasting gives a document the members that no operation takes away once they are there.
func (p *Plan) keepLasting(a *API, t *thing, d Doc, is *thing) {
	for _, part := range t.kind.parts {
		for _, name := range part.members {
			if part.op == "" || d[name] != nil || is.doc[name] == nil {
				continue
			}
			others := maps.Clone(is.doc)
			maps.Copy(others, d)
			delete(others, name)
			if err := a.decode(part.op, anyIDs(part.input(is, others))); err != nil {
				p.Notes = append(p.Notes, fmt.Sprintf("%s: %s: the API cannot take it away: it stays %s", t.file, name, line(is.doc[name])))
				d[name] = is.doc[name]
			}
		}
	}
}

// frozen refuses changes that no operation makes.
func frozen(c change) (problems []error) {
	for _, name := range c.want.kind.fixed {
		if !same(c.have.doc[name], c.want.doc[name]) {
			problems = append(problems, fmt.Errorf("%s: %s: the API cannot change it (there: %s)", c.want.file, name, line(c.have.doc[name])))
		}
	}
	if text(c.have.doc, "Status") == "PUBLISHED" && text(c.want.doc, "Status") == "SAVED" {
		problems = append(problems, fmt.Errorf("%s: Status: what is published cannot become a draft", c.want.file))
	}
	return problems
}

// makable refuses a thing that this server has not, or that is not made.
func makable(t *thing, have *Instance) error {
	switch {
	case t.kind.ours && !have.told[t.kind.ref]:
		return fmt.Errorf("%s: this server does not tell its %s, or not to this key", t.file, t.kind.dir)
	case t.kind.create == "":
		return fmt.Errorf("%s: there is only one, whose %s is %s", t.file, t.kind.key, settingsName)
	}
	return nil
}

// bornWhole refuses a thing that lacks what its creation needs and its operation does not check.
func bornWhole(t *thing) error {
	if t.kind.ref == "prompt" && t.doc["S3Uri"] == nil {
		return fmt.Errorf("%s: S3Uri is missing: Amazon Connect does not tell where a prompt came from; write the place of its audio file", t.file)
	}
	return nil
}

// lost are the names in a document that lead nowhere.
func lost(t *thing, want, have *Instance, prune bool) (problems []error) {
	there := func(ref string) bool { return want.byName[ref] != nil || !prune && have.byName[ref] != nil }
	refuse := func(place, value string) {
		problems = append(problems, fmt.Errorf("%s: %s: %s is neither in the files nor in the instance", t.file, place, value))
	}
	replace("", "", t.doc, func(s spot) any {
		if s.kind == "script" {
			lostInScript(s, there, refuse)
			return script(s.value)
		}
		kind, name, _, ok := flow.CutNameReference(s.value)
		switch {
		case !ok:
			problems = append(problems, fmt.Errorf("%s: %s: %q is no reference: write %s", t.file, s.path, s.value, reference(s.kind, "NAME")))
		case s.kind != "" && string(kind) != s.kind:
			problems = append(problems, fmt.Errorf("%s: %s: %s is no %s", t.file, s.path, s.value, s.kind))
		case !there(reference(string(kind), name)):
			refuse(s.path, s.value)
		}
		return s.value
	})
	return problems
}

func lostInScript(s spot, there func(string) bool, refuse func(place, value string)) {
	d, err := flow.Parse([]byte(s.value))
	if err != nil {
		refuse(s.path, err.Error())
		return
	}
	for _, r := range flow.References(d) {
		whole := r.Name
		if r.Qualifier != "" {
			whole += ":" + r.Qualifier
		}
		if r.ByName && !there(reference(string(r.Kind), r.Name)) && !there(reference(string(r.Kind), whole)) {
			refuse(fmt.Sprintf("%s, block %s, %s", s.path, r.Action, r.Path), r.Value)
		}
	}
}

// someID stands for what has no id yet.
const someID = "00000000-0000-4000-8000-000000000000"

// anyIDs is a document as it may be sent, with made-up ids.
func anyIDs(d Doc) Doc {
	d = replace("", "", d, func(s spot) any {
		if s.kind == "script" {
			return s.value
		}
		return someID
	}).(Doc)
	return local(home{"us-east-1", "123456789012"}, d)
}

// check decodes what would be sent, as a server does, with made-up ids in the place of names.
func check(a *API, t *thing) (problems []error) {
	d := anyIDs(t.doc)
	report := func(err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", t.file, err))
		}
	}
	k := t.kind
	if k.create != "" {
		in := pick(d, append([]string{k.key}, k.births...))
		if k.ref == "prompt" && in["S3Uri"] == nil {
			in["S3Uri"] = "s3://somewhere/file"
		}
		report(a.decode(k.create, outgoing(k, in)))
	}
	for _, p := range k.parts {
		if p.whole != "" {
			report(a.decode(p.whole, k.whole(d, p.members)))
		}
	}
	report(publishable(t))
	for _, late := range lateChecks() {
		value, ok := d[late.member]
		if !ok || late.kind != k.ref {
			continue
		}
		items := []any{value}
		if late.each {
			items, _ = value.([]any)
		}
		for _, item := range items {
			report(a.decode(late.operation, late.input(someID, item)))
		}
	}
	return problems
}

// publishable refuses contents that no server publishes.
func publishable(t *thing) error {
	d := t.doc
	if text(d, "Status") == "SAVED" {
		return nil
	}
	switch t.kind.ref {
	case "flow":
		return flow.Refusal(invalid(d["Content"], func(f *flow.Document) []flow.Problem { return flow.Validate(f, flow.Type(text(d, "Type"))) }))
	case "module":
		problems := invalidModule(d)
		for _, alias := range object(d, "Aliases") {
			of, _ := alias.(Doc)
			problems = append(problems, invalidModule(of)...)
		}
		return flow.ModuleRefusal(problems)
	}
	return nil
}

func invalidModule(d Doc) []flow.Problem {
	var settings json.RawMessage
	if d["Settings"] != nil {
		settings = json.RawMessage(asText(d["Settings"]))
	}
	return invalid(d["Content"], func(f *flow.Document) []flow.Problem { return flow.ValidateModule(f, settings) })
}

func invalid(content any, validate func(*flow.Document) []flow.Problem) []flow.Problem {
	text, _ := content.(script)
	f, err := flow.Parse([]byte(text))
	if err != nil {
		return []flow.Problem{{Message: err.Error()}}
	}
	return validate(f)
}

// lateCheck says by which operation a member is checked that a creation does not take.
type lateCheck struct {
	kind, member, operation string
	each                    bool
	input                   func(id string, value any) Doc
}

func lateChecks() []lateCheck {
	of := func(idName, member string) func(string, any) Doc {
		return func(id string, value any) Doc { return Doc{idName: id, member: value} }
	}
	return []lateCheck{
		{"hours", "Overrides", "CreateHoursOfOperationOverride", true, func(id string, value any) Doc {
			o, _ := value.(Doc)
			return with(withConfig(o), "HoursOfOperationId", id)
		}},
		{"queue", "Status", "UpdateQueueStatus", false, of("QueueId", "Status")},
		{"routing-profile", "QueueConfigs", "AssociateRoutingProfileQueues", false, of("RoutingProfileId", "QueueConfigs")},
		{"routing-profile", "ManualAssignmentQueueConfigs", "AssociateRoutingProfileQueues", false, of("RoutingProfileId", "ManualAssignmentQueueConfigs")},
		{"agent", "Proficiencies", "AssociateUserProficiencies", false, of("UserId", "UserProficiencies")},
		{"flow", "State", "UpdateContactFlowMetadata", false, of("ContactFlowId", "ContactFlowState")},
		{"module", "State", "UpdateContactFlowModuleMetadata", false, of("ContactFlowModuleId", "State")},
	}
}

// outgoing gives a document the form that its creation takes.
func outgoing(k *kind, d Doc) Doc {
	if k.outgoing != nil {
		return k.outgoing(d)
	}
	return d
}

func local(h home, d Doc) Doc { return h.local(d).(Doc) }

// errMissing names what leads nowhere.
func errMissing(missing []string) error {
	slices.Sort(missing)
	return errors.New(strings.Join(missing, "\n"))
}

// Never are things that no export has.
const Never = "passwords, one-time codes, access keys and security keys; claimed phone numbers and e-mail addresses; keys of widgets; " +
	"older versions of flows, modules and views; contacts and what belongs to them"
