package searched

import (
	"parley/api/connect"
	"parley/app/history"
	"parley/domain/record"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/edge"
	"parley/store"
)

// criteria reads the conditions of a search: those on columns, and those that only records tell.
func criteria(scope arn.Scope, in *connect.SearchCriteria, q *history.Search) error {
	if in.ContactAnalysis != nil {
		return fault.New(fault.Rule, "SearchCriteria.ContactAnalysis: transcripts are searched through /api/history, not here")
	}
	q.Nothing = q.Nothing || !only(in.Channels, record.Channel) || !only(in.ActiveRegions, scope.Home.Region)
	q.Agents, q.Queues, q.Methods = ids(scope, arn.User, in.AgentIds), ids(scope, arn.Queue, in.QueueIds), in.InitiationMethods
	c := &q.Criteria
	if in.Name != nil {
		c.Name = &history.Words{Text: in.Name.SearchText, Match: match(&in.Name.MatchType)}
	}
	if g := in.AgentHierarchyGroups; g != nil {
		for level, list := range [][]string{g.L1Ids, g.L2Ids, g.L3Ids, g.L4Ids, g.L5Ids} {
			c.Groups[level] = ids(scope, arn.HierarchyGroup, list)
		}
	}
	if a := in.SearchableContactAttributes; a != nil {
		c.Attribute.Match = match(a.MatchType)
		for _, one := range a.Criteria {
			c.Attribute.Criteria = append(c.Attribute.Criteria, history.OneOf{Key: one.Key, Values: one.Values})
		}
	}
	if a := in.SearchableSegmentAttributes; a != nil {
		c.Segment.Match = match(a.MatchType)
		for _, one := range a.Criteria {
			c.Segment.Criteria = append(c.Segment.Criteria, history.OneOf{Key: one.Key, Values: one.Values})
		}
	}
	if r := in.RoutingCriteria; r != nil {
		for _, step := range r.Steps {
			if a := step.AgentCriteria; a != nil {
				c.Agents = append(c.Agents, history.Preferred{Agents: ids(scope, arn.User, a.AgentIds), Match: match(a.MatchType)})
			}
		}
	}
	c.Tags = tags(in.ContactTags)
	return times(in.AdditionalTimeRange, q)
}

func match(kind *string) history.Match {
	switch edge.Val(kind) {
	case connect.SearchContactsMatchTypeMatchAny:
		return history.Any
	case connect.SearchContactsMatchTypeMatchNone:
		return history.None
	case connect.SearchContactsMatchTypeMatchExact:
		return history.Exact
	}
	return history.All
}

// times reads further times. A moment that no chat reaches is missing in all of them.
func times(in *connect.SearchContactsAdditionalTimeRange, q *history.Search) error {
	if in == nil {
		return nil
	}
	t := history.Times{Match: match(&in.MatchType)}
	for _, one := range in.Criteria {
		given, reached := store.Within{Missing: true}, true
		switch {
		case one.TimeRange != nil && one.TimestampCondition == nil:
			var err error
			if given, reached, err = timeRange(one.TimeRange, "SearchCriteria.AdditionalTimeRange"); err != nil {
				return err
			}
		case one.TimestampCondition != nil && one.TimeRange == nil:
			given.Moment, reached = moment(one.TimestampCondition.Type)
		default:
			return fault.New(fault.Invalid, "SearchCriteria.AdditionalTimeRange: a criterion must have exactly one of its members set")
		}
		if !reached {
			never(&given)
		}
		t.Within = append(t.Within, given)
	}
	if t.Match == history.All || t.Match == history.Exact {
		q.Within = append(q.Within, t.Within...) // the columns tell
		return nil
	}
	q.Criteria.Times = t
	return nil
}

// never makes of a condition on a moment that no chat reaches one that says the same: that none has reached it, which always holds, or that
// one has, which never does. Every contact was initiated.
func never(w *store.Within) {
	if w.Moment = store.Initiated; !w.Missing {
		w.Missing = true
		return
	}
	*w = store.Within{Moment: store.Initiated}
}

func tags(f *connect.ControlPlaneTagFilter) (out history.Tags) {
	if f == nil {
		return nil
	}
	list := func(some []connect.TagCondition) (all []history.Tag) {
		for _, c := range some {
			all = append(all, history.Tag{Key: edge.Val(c.TagKey), Value: c.TagValue})
		}
		return all
	}
	all := list(f.AndConditions)
	if f.TagCondition != nil {
		all = append(all, list([]connect.TagCondition{*f.TagCondition})...)
	}
	for _, some := range f.OrConditions {
		out = append(out, append(list(some), all...))
	}
	if len(out) == 0 && len(all) > 0 {
		out = history.Tags{all}
	}
	return out
}
