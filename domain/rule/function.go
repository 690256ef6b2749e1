// Package rule holds the rules that look at chats (CreateRule of Amazon Connect): what their function language says,
// whether a contact meets it, and what it leaves behind that one did.
//
// It guarantees: a function that could not be evaluated here is refused with the name of what is not known, when it is
// written; a rule matches a contact once, whatever happens at the same time; rules read what was said and change nothing
// of it. Everything is pure.
package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"parley/internal/fault"
)

// Trigger is when rules look at a contact (EventSourceName).
type Trigger string

// The triggers that fire here.
const (
	PostChat Trigger = "OnPostChatAnalysisAvailable"     // a contact has ended
	LiveChat Trigger = "OnRealTimeChatAnalysisAvailable" // something was said
)

// root is what the values of a trigger's conditions begin with. Amazon Connect documents that of PostChat; that of
// LiveChat is made alike (our choice).
func (t Trigger) root() string {
	if t == LiveChat {
		return "$.ContactLens.RealTimeChat."
	}
	return "$.ContactLens.PostChat."
}

// Version is the only one of the function language (Amazon Connect).
const Version = "2022-11-25"

// Bounds of a function: the last is ours, the others are Amazon Connect's (feature specifications of rules).
const (
	maxConditions = 20
	maxOperands   = 100
	maxDepth      = 5
)

// Function is what a rule asks of a contact. The zero Function matches nothing.
type Function struct{ top condition }

// condition is one node of a function: AND and OR hold others, all the rest compare.
type condition struct {
	operator string
	negate   bool
	of       []condition // of AND and OR
	what     value
	key      string // of attributes
	texts    []string
	heard    filter
}

// filter says whose words are looked at, and when they were said.
type filter struct {
	role        string // CUSTOMER, AGENT or ANY
	first, last int    // seconds from the beginning, before the end; 0 = the whole contact
}

// node is a condition as it is written.
type node struct {
	Operator        string
	Operands        []json.RawMessage
	ComparisonValue string
	FilterClause    *struct {
		LogicOperator string
		Filters       []struct {
			Type string
			Data json.RawMessage
		}
	}
	Negate bool
}

// Parse reads a function for rules of a trigger; fault.Invalid names what it cannot mean.
func Parse(t Trigger, text string) (Function, error) {
	var doc struct {
		Version      string
		RuleFunction node
	}
	if err := decode([]byte(text), &doc); err != nil {
		return Function{}, fault.Wrap(fault.Invalid, err, "Function: it is no JSON of the rules function language")
	}
	if doc.Version != Version {
		return Function{}, refuse("the Version must be %s", Version)
	}
	p := parser{trigger: t}
	top, err := p.condition(&doc.RuleFunction, 1)
	if err == nil && top.of == nil {
		err = refuse("the Operator of the whole must be AND or OR")
	}
	return Function{top}, err
}

// decode reads JSON in which nothing is unknown.
func decode(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

func refuse(format string, args ...any) error {
	return fault.New(fault.Invalid, "Function: "+format, args...)
}

type parser struct {
	trigger Trigger
	count   int
}

func (p *parser) condition(n *node, depth int) (condition, error) {
	if n.Operator == "AND" || n.Operator == "OR" {
		return p.group(n, depth)
	}
	if p.count++; p.count > maxConditions {
		return condition{}, refuse("a rule has at most %d conditions", maxConditions)
	}
	return p.comparison(n)
}

func (p *parser) group(n *node, depth int) (condition, error) {
	c := condition{operator: n.Operator, negate: n.Negate, of: []condition{}}
	switch {
	case depth > maxDepth:
		return c, refuse("conditions are nested at most %d deep", maxDepth)
	case len(n.Operands) == 0 || n.ComparisonValue != "" || n.FilterClause != nil:
		return c, refuse("%s takes Operands, which are conditions, and nothing else", n.Operator)
	}
	for _, raw := range n.Operands {
		var inner node
		if err := decode(raw, &inner); err != nil {
			return c, fault.Wrap(fault.Invalid, err, "Function: an operand of %s is no condition", n.Operator)
		}
		one, err := p.condition(&inner, depth+1)
		if err != nil {
			return c, err
		}
		c.of = append(c.of, one)
	}
	return c, nil
}

func (p *parser) comparison(n *node) (c condition, err error) {
	path, ok := strings.CutPrefix(n.ComparisonValue, p.trigger.root())
	if !ok {
		return c, refuse("a ComparisonValue of %s begins with %s, not %.100q", p.trigger, p.trigger.root(), n.ComparisonValue)
	}
	c = condition{operator: n.Operator, negate: n.Negate}
	shape, ok := c.read(path)
	if !ok || shape.postOnly && p.trigger != PostChat {
		return c, refuse("the ComparisonValue %.200q is not known here", n.ComparisonValue)
	}
	if !slices.Contains(shape.operators, n.Operator) {
		return c, refuse("the Operator for %.200q is %s, not %.50q", n.ComparisonValue, strings.Join(shape.operators, " or "), n.Operator)
	}
	if c.texts, err = operands(n, shape); err != nil {
		return c, err
	}
	if n.FilterClause != nil && !shape.filtered {
		return c, refuse("%.200q takes no FilterClause", n.ComparisonValue)
	}
	return c, p.filter(n, &c)
}

func operands(n *node, s shape) (texts []string, err error) {
	for _, raw := range n.Operands {
		var text string
		if json.Unmarshal(raw, &text) != nil || text == "" {
			return nil, refuse("the Operands of %.200q are texts", n.ComparisonValue)
		}
		texts = append(texts, text)
	}
	switch none := len(texts) == 0; {
	case n.Operator == equals && s.emptyEquals && !none:
		return nil, refuse("EQUALS on %.200q takes no Operands: it asks for none at all", n.ComparisonValue)
	case n.Operator == equals && !s.emptyEquals && len(texts) != 1:
		return nil, refuse("EQUALS takes one operand")
	case n.Operator == containsAny && (none || len(texts) > maxOperands):
		return nil, refuse("CONTAINS_ANY takes 1 to %d Operands", maxOperands)
	}
	if s.phrases && slices.ContainsFunc(texts, func(text string) bool { return len(words(text)) == 0 }) {
		return nil, refuse("an operand of %.200q has neither letters nor digits", n.ComparisonValue)
	}
	return texts, nil
}

func (p *parser) filter(n *node, c *condition) error {
	if n.FilterClause == nil {
		return nil
	}
	if n.FilterClause.LogicOperator != "AND" {
		return refuse("the LogicOperator of a FilterClause must be AND")
	}
	for _, f := range n.FilterClause.Filters {
		switch {
		case f.Type == "ParticipantRole":
			if json.Unmarshal(f.Data, &c.heard.role) != nil || !slices.Contains([]string{"CUSTOMER", "AGENT", anyone}, c.heard.role) {
				return refuse("the ParticipantRole of a filter is CUSTOMER, AGENT or ANY")
			}
		case f.Type == "PostChatContactPeriodSeconds" && p.trigger == PostChat:
			var period struct{ First, Last int }
			if decode(f.Data, &period) != nil || period.First < 0 || period.Last < 0 || (period.First > 0) == (period.Last > 0) {
				return refuse("PostChatContactPeriodSeconds takes First or Last, in seconds")
			}
			c.heard.first, c.heard.last = period.First, period.Last
		default:
			return refuse("the filter %.100q is not known for %s", f.Type, p.trigger)
		}
	}
	return nil
}
