package flowtools

import "parley/domain/flow"

// Block is a type of block as editors need it: what its form has, where it may lead, and what it comes to on a chat.
// docs/flow-tools.md says what the members mean.
type Block struct {
	Type     string      `json:"type"`
	Block    string      `json:"block"`
	Family   string      `json:"family"`
	Chat     string      `json:"chat"` // runs, nothing or fails
	Note     string      `json:"note,omitempty"`
	Params   []Member    `json:"params,omitempty"`
	Open     bool        `json:"open,omitempty"`
	Groups   []Group     `json:"groups,omitempty"`
	Next     bool        `json:"next,omitempty"`
	Terminal bool        `json:"terminal,omitempty"`
	Results  *Results    `json:"results,omitempty"`
	Errors   []Branch    `json:"errors,omitempty"`
	In       []flow.Type `json:"in,omitempty"` // none = every type of flow
	Modules  string      `json:"modules"`      // "yes", "no" or "only"
}

// Member is a parameter, or a member of one.
type Member struct {
	Name     string       `json:"name"`           // "*" = any
	Kind     string       `json:"kind"`           // text, object, list or any
	Mark     string       `json:"mark,omitempty"` // of a text: static, dynamic or interpolated
	Required bool         `json:"required,omitempty"`
	Values   []string     `json:"values,omitempty"`
	Low      int64        `json:"low,omitempty"`
	High     int64        `json:"high,omitempty"`
	Refers   flow.RefKind `json:"refers,omitempty"`
	Fields   []Member     `json:"fields,omitempty"`
	Item     *Member      `json:"item,omitempty"`
	Single   bool         `json:"single,omitempty"`
	Groups   []Group      `json:"groups,omitempty"`
}

// Group is a set of members that exclude one another, unless there may be many.
type Group struct {
	Names    []string `json:"names"`
	Required bool     `json:"required,omitempty"`
	Many     bool     `json:"many,omitempty"`
}

// Results are the conditions that a block may have; Depends says that its parameters decide it.
type Results struct {
	Operators []flow.Operator `json:"operators"`
	Values    []string        `json:"values,omitempty"`
	Required  []string        `json:"required,omitempty"`
	Depends   bool            `json:"depends,omitempty"`
}

// Branch is an error branch; When says in words on what it depends that it must be there.
type Branch struct {
	Type     string `json:"type"`
	Required bool   `json:"required,omitempty"`
	When     string `json:"when,omitempty"`
}

// Blocks is the language's own description of all types of blocks, by name.
func Blocks() []Block {
	var all []Block
	for _, s := range flow.Specs() {
		b := Block{
			Type: s.Type, Block: s.Block, Family: s.Family, Chat: [...]string{flow.ChatRuns: "runs", flow.ChatNothing: "nothing", flow.ChatFails: "fails"}[s.Chat], Note: s.Note,
			Params: members(s.Params), Open: s.Open, Groups: groups(s.Groups), Next: s.Next, Terminal: s.Terminal, In: s.In, Modules: "yes",
		}
		switch {
		case s.NoModule:
			b.Modules = "no"
		case s.OnlyModule:
			b.Modules = "only"
		}
		if r := s.Results; r.Operators != nil || r.Of != nil {
			b.Results = &Results{Operators: append([]flow.Operator{}, r.Operators...), Values: r.Values, Required: r.Required, Depends: r.Of != nil}
			if r.Operators == nil { // what an action of that type has before anything is said about it
				of := r.Of(&flow.Action{Type: s.Type})
				b.Results.Operators, b.Results.Values = append(b.Results.Operators, of.Operators...), of.Values
			}
		}
		for _, e := range s.Errors {
			b.Errors = append(b.Errors, Branch{e.Type, e.Required, e.When})
		}
		all = append(all, b)
	}
	return all
}

func members(specs []flow.ParamSpec) (all []Member) {
	for i := range specs {
		all = append(all, member(&specs[i]))
	}
	return all
}

func member(s *flow.ParamSpec) Member {
	m := Member{
		Name: s.Name, Kind: [...]string{flow.Absent: "any", flow.Text: "text", flow.Object: "object", flow.List: "list"}[s.Kind], Required: s.Required,
		Values: s.Values, Low: s.Low, High: s.High, Refers: s.Refers, Fields: members(s.Fields), Single: s.Single, Groups: groups(s.Groups),
	}
	if s.Kind == flow.Text {
		m.Mark = [...]string{flow.Static: "static", flow.Dynamic: "dynamic", flow.Interpolated: "interpolated"}[s.Mark]
	}
	if s.Item != nil {
		item := member(s.Item)
		m.Item = &item
	}
	return m
}

func groups(specs []flow.Group) (all []Group) {
	for _, g := range specs {
		all = append(all, Group{g.Names, g.Required, g.Many})
	}
	return all
}
