package access_test

// topic is the one behind which the server has something.
const topic = "arn:aws:sns:us-east-1:123456789012:chats"

// streamRows are those of message streams.
func streamRows() map[string]row {
	start := ofContact("ContactId", badRequest, notFound, nil, map[string]rule{
		"ClientToken": inert, "ChatStreamingConfiguration.StreamingEndpointArn": both(refusing(badMember, nil), foreignARNs(badMember, badMember)),
	})
	start.request = func(w *world) members {
		return members{
			"InstanceId": w.own.instance, "ContactId": w.fresh(), "ClientToken": name(), "ChatStreamingConfiguration": members{"StreamingEndpointArn": topic},
		}
	}
	stop := ofContact("ContactId", notFound, notFound, nil, map[string]rule{
		"StreamingId": refusing(notFound, func(w *world) map[string]string { return map[string]string{"another chat's": w.stream(w.fresh())} }),
	})
	stop.request = func(w *world) members {
		contact := w.fresh()
		return members{"InstanceId": w.own.instance, "ContactId": contact, "StreamingId": w.stream(contact)}
	}
	return map[string]row{"StartContactStreaming": start, "StopContactStreaming": stop}
}

func (w *world) stream(contact string) string {
	return w.made("POST", "/contact/start-streaming", members{
		"InstanceId": w.own.instance, "ContactId": contact, "ClientToken": name(), "ChatStreamingConfiguration": members{"StreamingEndpointArn": topic},
	})["StreamingId"].(string)
}
