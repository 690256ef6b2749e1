package access_test

const testContent = `{"Version":"2019-10-30","Metadata":{},"Observations":[{"Identifier":"a","Event":{"Type":"TestInitiated","Actor":"System"},"Actions":[],"Transitions":{}}]}`

// testMembers describe a published test case of an instance.
func testMembers(in objects, name string) members {
	return members{
		"Name": name, "Description": name, "Content": testContent, "Status": "PUBLISHED",
		"EntryPoint": members{"Type": "CHAT", "ChatEntryPointParameters": members{"FlowId": in.flow}},
	}
}

func (w *world) testCase(in objects, name string) string {
	return w.made("PUT", "/test-cases/"+in.instance, testMembers(in, name))["TestCaseId"].(string)
}

func (w *world) freshTestCase() string { return w.testCase(w.own, name()) }

func testCaseRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.testCase }, func(o objects) string { return o.testCase }
	on := func(own func(w *world) string, more members) row { return ofThing("TestCaseId", own, foreign, more) }
	flow := both(foreignARNs(badRequest, badRequest), refusing(badRequest, func(w *world) map[string]string {
		return map[string]string{"another instance's": w.other.flow, "another instance's, as an ARN": w.other.arn + "/contact-flow/" + w.other.flow}
	}))
	entry := map[string]rule{"EntryPoint.ChatEntryPointParameters.FlowId": flow, "EntryPoint.VoiceCallEntryPointParameters.FlowId": inert}
	created := map[string]rule{"TestCaseId": inert}
	for path, r := range entry {
		created[path] = r
	}
	changed := on((*world).freshTestCase, nil).also(entry)
	plain := changed.request
	changed.request = func(w *world) members {
		m := plain(w)
		for k, v := range testMembers(w.own, name()) {
			m[k] = v
		}
		return m
	}
	return map[string]row{
		"CreateTestCase":               patterned(ofInstance(func(w *world) members { return testMembers(w.own, name()) }, created)),
		"DescribeTestCase":             patterned(on(own, nil)),
		"ListTestCases":                ofInstance(nil, paging()),
		"SearchTestCases":              patterned(ofInstance(nil, paging())),
		"UpdateTestCase":               patterned(changed),
		"DeleteTestCase":               patterned(on((*world).freshTestCase, nil)),
		"StartTestCaseExecution":       on(own, nil).also(map[string]rule{"ClientToken": inert}),
		"StopTestCaseExecution":        executionRow().also(map[string]rule{"ClientToken": inert}),
		"ListTestCaseExecutions":       on(own, nil).also(paging()),
		"ListTestCaseExecutionRecords": executionRow().also(map[string]rule{"NextToken": placeToken()}),
		"GetTestCaseExecutionSummary":  executionRow(),
	}
}

// patterned is a row whose InstanceId has a pattern in the service's model.
func patterned(r row) row {
	const pattern = `^(arn:(aws|aws-us-gov):connect:[a-z]{2}-[a-z]+-[0-9]{1}:[0-9]{1,20}:instance/)?[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$`
	r.ids["InstanceId"] = matching(pattern, r.ids["InstanceId"])
	return r
}

// executionRow is the row of an operation on one execution.
func executionRow() row {
	return row{
		request: func(w *world) members {
			return members{"InstanceId": w.own.instance, "TestCaseId": w.own.testCase, "TestCaseExecutionId": w.own.execution}
		},
		ids: map[string]rule{
			"InstanceId": instanceID(notFound), "TestCaseId": thing(func(o objects) string { return o.testCase }),
			"TestCaseExecutionId": both(foreignARNs(notFound, notFound), refusing(notFound, func(w *world) map[string]string {
				return map[string]string{"another instance's": w.other.execution, "a test case": w.own.testCase}
			})),
		},
	}
}
