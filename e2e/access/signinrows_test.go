package access_test

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"parley/e2e/harness"
)

const (
	userPool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Shop"
	shopPage = "https://shop.example/signed-in"
)

// signInRows are those of customers who sign in.
func signInRows() map[string]row {
	sessions := func(w *world) (targets []target) {
		_, others := w.signIn(w.other)
		ids := noIDs()
		ids["another chat's"], ids["a contact"] = others, w.own.contact
		for name, id := range ids {
			want := denied
			if len(id) != 36 {
				want = badValue
			}
			targets = append(targets, target{name: name, value: id, want: want})
		}
		return targets
	}
	connections := func(w *world) []target {
		another, _ := w.signIn(w.own)
		return append(connectionToken(w), target{name: "another chat's that signs in", value: another, want: denied}, target{name: "a chat's that does not", value: w.own.connection, want: denied})
	}
	ids := map[string]rule{"ConnectionToken": connections, "SessionId": sessions}
	push := ofContact("ContactConfiguration.ContactId", notFound, notFound, nil, map[string]rule{"ClientToken": inert, "PinpointAppArn": inert, "DeviceToken": refusing(badMember, nil)})
	push.request = func(w *world) members { return pushed(w, w.fresh()) }
	unpush := ofContact("ContactId", notFound, notFound, nil, map[string]rule{
		"RegistrationId": refusing(notFound, func(w *world) map[string]string {
			return map[string]string{"another chat's": w.registration(w.fresh())}
		}),
	})
	unpush.request = func(w *world) members {
		contact := w.fresh()
		return members{"InstanceId": w.own.instance, "ContactId": contact, "RegistrationId": w.registration(contact)}
	}
	deleted := ofContact("ContactId", ok, notFound, members{"ContactFields": []string{"CUSTOMER_ENDPOINT"}}, nil)
	deleted.request = func(w *world) members {
		return members{"InstanceId": w.own.instance, "ContactId": w.own.ended, "ContactFields": []string{"CUSTOMER_ENDPOINT"}}
	}
	return map[string]row{
		"CreatePushNotificationRegistration": push,
		"DeletePushNotificationRegistration": unpush,
		"DeleteContactData":                  deleted,
		"StartAssistantContact": {
			request: func(w *world) members {
				return members{"InstanceId": w.own.instance, "AiAgent": members{"AiAgentId": w.own.flow}, "ParticipantDetails": members{"DisplayName": "x"}}
			},
			ids: map[string]rule{
				"InstanceId": instanceID(notFound), "AiAgent.AiAgentId": thing(func(o objects) string { return o.flow }), "RelatedContactId": contactID(ok, notFound), "ClientToken": inert,
				"PersistentChat.SourceContactId": needing(contactID(ok, notFound), map[string]string{"PersistentChat.RehydrationType": "FROM_SEGMENT"}),
			},
		},
		"GetAuthenticationUrl": {request: func(w *world) members {
			connection, session := w.signIn(w.own)
			return members{bearer: connection, "SessionId": session, "RedirectUri": shopPage}
		}, ids: ids},
		"CancelParticipantAuthentication": {request: func(w *world) members {
			connection, session := w.signIn(w.own)
			return members{bearer: connection, "SessionId": session}
		}, ids: ids},
		"UpdateParticipantAuthentication": {
			request: func(w *world) members {
				return members{"InstanceId": w.own.instance, "State": w.signInState(w.own), "Error": "access_denied"}
			},
			ids: map[string]rule{"InstanceId": instanceID(denied)},
			more: map[string]rule{"State": refusing(denied, func(w *world) map[string]string {
				return map[string]string{"another instance's": w.signInState(w.other), "a connection token": w.own.connection, "a participant token": w.own.token}
			})},
		},
	}
}

// signIn starts a chat whose flow asks its customer to sign in.
func (w *world) signIn(in objects) (connection, session string) {
	w.t.Helper()
	in.flow = in.signs
	_, token, connection := w.start(w.t, in, "signs in")
	w.Bearer(token, "/participant/connection", `{"ConnectParticipant":true}`).Want(w.t, 200, "")
	harness.Await(w.t, "the request to sign in", 10*time.Second, func() error {
		page := w.Bearer(connection, "/participant/transcript", `{}`).Want(w.t, 200, "").Members(w.t)
		for _, item := range page["Transcript"].([]any) {
			if item := item.(map[string]any); item["ContentType"] == harness.EventType("authentication.initiated") {
				session = strings.TrimSuffix(strings.TrimPrefix(item["Content"].(string), `{"SessionId":"`), `"}`)
				return nil
			}
		}
		return errors.New("not asked")
	})
	return connection, session
}

// signInState is what the provider sends back.
func (w *world) signInState(in objects) string {
	w.t.Helper()
	connection, session := w.signIn(in)
	there := w.Bearer(connection, "/participant/authentication-url", map[string]string{"SessionId": session, "RedirectUri": shopPage}).Want(w.t, 200, "").Members(w.t)
	u, err := url.Parse(there["AuthenticationUrl"].(string))
	if err != nil {
		w.t.Fatal(err)
	}
	return u.Query().Get("state")
}

// signInFlow asks the customer to sign in.
func signInFlow() []harness.Block {
	return []harness.Block{{
		Type: "AuthenticateParticipant", Parameters: map[string]any{
			"CognitoConfiguration":          map[string]any{"UserPoolArn": userPool, "AppClientId": "shop"},
			"CustomerProfilesConfiguration": map[string]any{"ObjectTypeName": "Customers"}, "TimeLimitMinutes": "15",
		},
		Cases: map[string]string{"OptedOut": ""}, Errors: map[string]string{"NoMatchingError": "", "TimeLimitExceeded": ""},
	}, harness.Wait(harness.Week)}
}

// subscription is one of a browser that nobody has.
const subscription = `{"endpoint":"https://push.example/x","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}`

func pushed(w *world, contact string) members {
	return members{"InstanceId": w.own.instance, "PinpointAppArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/none", "DeviceType": "GCM", "DeviceToken": subscription,
		"ContactConfiguration": members{"ContactId": contact}}
}

// registration is one of a chat.
func (w *world) registration(contact string) string {
	w.t.Helper()
	request := pushed(w, contact)
	delete(request, "InstanceId")
	return w.made("PUT", "/push-notification/"+w.own.instance+"/registrations", request)["RegistrationId"].(string)
}
