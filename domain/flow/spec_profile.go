package flow

// profileSpecs are the actions of Cases and Customer Profiles, which are not here.
func profileSpecs() []Spec {
	request, response := free("ProfileRequestData").must(), list("ProfileResponseData", static(""))
	return []Spec{
		caseAction("CreateCase", needs(NoMatchingError),
			dynamic("CaseTemplateId").must(), free("CaseRequestFields").must(), boolean("LinkContactToCase")),
		caseAction("GetCase", needs(NoMatchingError, "MultipleFound", "NoneFound"),
			free("CaseRequestFields").must(), list("CaseResponseFields", static("")), boolean("GetLastUpdatedCase"), boolean("LinkContactToCase")),
		caseAction("UpdateCase", needs(NoMatchingError),
			free("CaseRequestFields").must(), boolean("LinkContactToCase")),
		profileAction("CreateCustomerProfile", needs(NoMatchingError), request, response),
		profileAction("UpdateCustomerProfile", needs(NoMatchingError), request, response),
		profileAction("GetCustomerProfile", needs("MultipleFoundError", "NoneFoundError", NoMatchingError), request, response),
		profileAction("GetCustomerProfileObject", needs("NoneFoundError", NoMatchingError), request, response),
		profileAction("GetCalculatedAttributesForCustomerProfile", needs("NoneFoundError", NoMatchingError), request, response),
		profileAction("AssociateContactToCustomerProfile", needs(NoMatchingError), request, response),
		service("CheckSegmentMembership", "Customer profiles"),
	}
}

// caseAction links contacts to cases; ContactNotLinked is for a link that failed.
func caseAction(actionType string, errors []ErrorSpec, params ...ParamSpec) Spec {
	links := func(a *Action) bool {
		return says(a, "LinkContactToCase", "true") || says(a, "LinkContactToCase", "True")
	}
	s := service(actionType, "Cases", params...)
	s.Results = Results{}
	s.Errors = append(errors, needsIf("ContactNotLinked", "with LinkContactToCase", links)...)
	return s
}

func profileAction(actionType string, errors []ErrorSpec, params ...ParamSpec) Spec {
	s := service(actionType, "Customer profiles", params...)
	s.Results, s.Errors = Results{}, errors
	return s
}
