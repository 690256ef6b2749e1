package flow

// The words in which the tables of specs are written.

// static is a text without references; of several values, one of them.
func static(name string, values ...string) ParamSpec {
	return ParamSpec{Name: name, Kind: Text, Mark: Static, Values: values}
}

// dynamic is a text that is static or one reference.
func dynamic(name string, values ...string) ParamSpec {
	return ParamSpec{Name: name, Kind: Text, Mark: Dynamic, Values: values}
}

// interpolated is a text with references anywhere.
func interpolated(name string) ParamSpec {
	return ParamSpec{Name: name, Kind: Text, Mark: Interpolated}
}

// boolean is a static text for yes or no. Consoles write it as a string with a
// capital letter; AWS refuses a JSON boolean in some of these places.
func boolean(name string) ParamSpec {
	return static(name, "True", "False", "true", "false")
}

func object(name string, fields ...ParamSpec) ParamSpec {
	return ParamSpec{Name: name, Kind: Object, Fields: fields}
}

func list(name string, item ParamSpec) ParamSpec {
	return ParamSpec{Name: name, Kind: List, Item: &item}
}

// free is any JSON whose texts are interpolated.
func free(name string) ParamSpec { return ParamSpec{Name: name, Mark: Interpolated} }

// texts is an object with any keys, its values interpolated.
func texts(name string) ParamSpec { return object(name, interpolated("*")) }

func (p ParamSpec) with(groups ...Group) ParamSpec   { p.Groups = groups; return p }
func (p ParamSpec) must() ParamSpec                  { p.Required = true; return p }
func (p ParamSpec) quoted() ParamSpec                { p.Quoted = true; return p }
func (p ParamSpec) single() ParamSpec                { p.Single = true; return p }
func (p ParamSpec) of(kind RefKind) ParamSpec        { p.Refers = kind; return p }
func (p ParamSpec) number(low, high int64) ParamSpec { p.Low, p.High = low, high; return p }

// oneOf demands exactly one of the parameters, atMostOne allows that there is none.
func oneOf(names ...string) Group     { return Group{Names: names, Required: true} }
func atMostOne(names ...string) Group { return Group{Names: names} }

// someOf demands at least one of the parameters.
func someOf(names ...string) Group { return Group{Names: names, Required: true, Many: true} }

// needs are error branches that must be wired, may those that can be.
func needs(types ...string) []ErrorSpec { return errorSpecs(types, true) }
func may(types ...string) []ErrorSpec   { return errorSpecs(types, false) }

func errorSpecs(types []string, required bool) []ErrorSpec {
	list := make([]ErrorSpec, len(types))
	for i, t := range types {
		list[i] = ErrorSpec{Type: t, Required: required}
	}
	return list
}

// needsIf is an error branch that must be wired in some cases.
func needsIf(errorType, when string, decide func(*Action) bool) []ErrorSpec {
	return []ErrorSpec{{Type: errorType, Required: true, When: when, If: decide}}
}

// equalTo are conditions for these results, each of which must be there.
func equalTo(results ...string) Results {
	return Results{Operators: []Operator{Equals}, Values: results, Required: results}
}

// amongst are conditions for some of these results.
func amongst(results ...string) Results {
	return Results{Operators: []Operator{Equals}, Values: results}
}

// anyResult are conditions for whatever comes.
func anyResult(operators ...Operator) Results { return Results{Operators: operators} }

// operators are all of the language.
func operators() []Operator {
	return []Operator{
		Equals, TextStartsWith, TextEndsWith, TextContains,
		NumberGreaterThan, NumberGreaterOrEqualTo, NumberLessThan, NumberLessOrEqualTo,
	}
}

// says reports whether a static parameter has that value.
func says(a *Action, name, value string) bool {
	return a.Parameters.Field(name).Text().Source() == value
}
