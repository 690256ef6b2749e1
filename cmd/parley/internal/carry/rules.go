package carry

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// ruleNames are the members under which a condition of a rule has the things that it compares with, in files, by the end of its ComparisonValue. There
// they are references like all others; the function language calls them Operands.
var ruleNames = map[string]string{".Queue.QueueId": "QueueId", ".Agent.AgentId": "UserId"}

// readRules reads the rules. Their function, which is a text, becomes an object.
func readRules(ctx context.Context, a *API) (all []*thing, err error) {
	list, err := a.list(ctx, "ListRules", "RuleSummaryList", nil)
	if err != nil {
		return nil, err
	}
	k := kindOf("rule")
	for _, summary := range objects(list) {
		out, err := a.call(ctx, "DescribeRule", Doc{k.id: summary[k.id]})
		if notFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		d := object(out, "Rule")
		t := &thing{kind: k, id: text(d, k.id), arn: text(d, "RuleArn"), doc: pick(d, k.members())}
		var function Doc
		if json.Unmarshal([]byte(text(d, "Function")), &function) == nil {
			t.doc["Function"] = with(function, "RuleFunction", conditionIn(object(function, "RuleFunction")))
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *thing) int { return strings.Compare(text(a.doc, k.key)+a.id, text(b.doc, k.key)+b.id) })
	return all, nil
}

// conditionIn is a condition as files have it.
func conditionIn(d Doc) Doc {
	return condition(d, func(member string, d Doc) {
		if d["Operands"] != nil {
			d[member] = d["Operands"]
			delete(d, "Operands")
		}
	})
}

// conditionOut is a condition of a file as the function language has it.
func conditionOut(d Doc) Doc {
	return condition(d, func(member string, d Doc) {
		if d[member] != nil {
			d["Operands"] = d[member]
			delete(d, member)
		}
	})
}

// condition returns a copy in which those that compare with things are changed, however deep.
func condition(d Doc, change func(member string, d Doc)) Doc {
	d = with(d, "", nil)
	for end, member := range ruleNames {
		if strings.HasSuffix(text(d, "ComparisonValue"), end) {
			change(member, d)
		}
	}
	list, _ := d["Operands"].([]any)
	inner := make([]any, len(list))
	for i, one := range list {
		if inner[i] = one; text(d, "ComparisonValue") == "" {
			if c, ok := one.(Doc); ok {
				inner[i] = condition(c, change)
			}
		}
	}
	if len(list) > 0 {
		d["Operands"] = inner
	}
	return d
}

// ruleOut is a rule as the operations take it.
func ruleOut(d Doc) Doc {
	if function := object(d, "Function"); len(function) > 0 {
		d = with(d, "Function", asText(with(function, "RuleFunction", conditionOut(object(function, "RuleFunction")))))
	}
	actions, ok := d["Actions"].([]any)
	if !ok {
		return d
	}
	all := make([]any, len(actions))
	for i, one := range actions {
		if all[i] = one; text(asDoc(one), "ActionType") == "ASSIGN_CONTACT_CATEGORY" {
			all[i] = with(asDoc(one), "AssignContactCategoryAction", Doc{}) // it says nothing, and must be there
		}
	}
	return with(d, "Actions", all)
}

func asDoc(value any) Doc { d, _ := value.(Doc); return d }

// setRule replaces all that a rule says.
func setRule(ctx context.Context, w *writer, have *thing, want Doc) error {
	in, missing := w.index.resolved(pick(want, words("Name Function Actions PublishStatus")))
	if len(missing) > 0 {
		return errMissing(missing)
	}
	in[have.kind.id] = have.id
	_, err := w.send(ctx, "UpdateRule", ruleOut(in))
	return err
}
