package legacy

import "parley/domain/flow"

// data converts what sets and checks data of the contact; false for another module.
func (b *block) data() bool {
	switch b.m.Type {
	case "SetAttributes":
		b.becomes("UpdateContactAttributes")
		b.set("Attributes", b.pairs("Attribute", false))
	case "SetScreenPop":
		b.becomes("UpdateContactAttributes")
		b.screenPop()
	case "CheckAttribute":
		b.becomes("Compare")
		b.set("ComparisonValue", b.filled(reference(b.value("Namespace"), b.value("Attribute")), "The attribute"))
	case "InvokeExternalResource":
		if b.m.Target != "Lambda" && b.m.Target != "" {
			return false
		}
		b.becomes("InvokeLambdaFunction")
		b.refer("LambdaFunctionARN", flow.FunctionRef, "FunctionArn")
		b.number("InvocationTimeLimitSeconds", 1, 8, "TimeLimit")
		b.set("ResponseValidation", map[string]any{"ResponseType": "STRING_MAP"})
		if parameters := b.pairs("Parameter", false); len(parameters) > 0 {
			b.set("LambdaInvocationAttributes", parameters)
		}
	case "SetContactData":
		b.becomes("UpdateContactData")
		b.contactData()
	case "PercentileBranching":
		b.becomes("DistributeByPercentage")
	default:
		return false
	}
	return true
}

// screenPop: what a screen showed is an attribute now.
func (b *block) screenPop() {
	attributes := map[string]any{}
	for _, p := range b.m.Parameters {
		key := string(p.Key)
		if key == "" {
			key = p.Name
		}
		attributes[key] = b.filled(p.text(), key)
	}
	b.set("Attributes", attributes)
	b.changed("SetScreenPop is gone; what it showed is set as attributes of the contact.")
}

func (b *block) contactData() {
	spec, _ := flow.SpecOf("UpdateContactData")
	for _, p := range b.m.Parameters {
		known := false
		for _, s := range spec.Params {
			known = known || s.Name == p.Name && s.Kind == flow.Text
		}
		if known && p.Value != "" {
			b.set(p.Name, p.text())
		} else {
			b.changed("%s was left out: it is empty or has no counterpart.", p.Name)
		}
	}
}
