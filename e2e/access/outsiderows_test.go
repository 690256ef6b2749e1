package access_test

// outsideRows are those of channels elsewhere. The flow that a channel names says in which instance its customers chat.
func outsideRows() map[string]row {
	flowARN := func(arn, flow string) string { return arn + "/contact-flow/" + flow }
	destination := both(refusing(badRequest, nil), foreignARNs(notFound, badRequest), func(w *world) []target {
		return []target{
			{name: "another's flow under our ARN", value: flowARN(w.own.arn, w.other.flow), want: notFound},
			{name: "unknown", value: flowARN(w.own.arn, unknownID), want: notFound},
			{name: "a contact", value: w.own.arn + "/contact/" + w.own.contact, want: badMember},
			{name: "the instance", value: w.own.arn, want: badMember},
			{name: "another instance's, with a limited key", value: flowARN(w.other.arn, w.other.flow), want: denied, key: w.limited},
			{name: "unknown, with a limited key", value: flowARN("arn:aws:connect:us-east-1:123456789012:instance/"+unknownID, w.own.flow), want: denied, key: w.limited},
		}
	})
	return map[string]row{
		"SendChatIntegrationEvent": {
			request: func(w *world) members {
				return members{
					"SourceId": name(), "DestinationId": flowARN(w.own.arn, w.own.flow), "Event": members{"Type": "MESSAGE", "ContentType": "text/plain", "Content": "hello"},
				}
			},
			ids: map[string]rule{
				"SourceId": inert, "DestinationId": destination,
				"NewSessionDetails.StreamingConfiguration.StreamingEndpointArn": both(refusing(badMember, nil), foreignARNs(badMember, badMember)),
			},
		},
		"StartOutboundChatContact": {
			request: func(w *world) members {
				return members{
					"InstanceId": w.own.instance, "ContactFlowId": w.own.flow, "SegmentAttributes": members{},
					"SourceEndpoint": members{"Type": "CONNECT_PHONENUMBER_ARN", "Address": "+4930901820"}, "DestinationEndpoint": members{"Type": "TELEPHONE_NUMBER", "Address": "+4930901821"},
				}
			},
			answers: badRequest,
			ids: map[string]rule{
				"InstanceId": both(refusing(notFound, nil), foreignInstance), "ContactFlowId": refusing(badRequest, nil), "RelatedContactId": refusing(badRequest, nil),
				"SegmentAttributes{}.ValueArn": refusing(badRequest, nil), "ClientToken": refusing(badRequest, nil),
				"InitialTemplatedSystemMessage.KnowledgeBaseId":   refusing(badMember, nil),
				"InitialTemplatedSystemMessage.MessageTemplateId": refusing(badMember, nil),
			},
		},
	}
}
