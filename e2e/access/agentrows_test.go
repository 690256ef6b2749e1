package access_test

import (
	"fmt"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"parley/e2e/harness"
)

// agentRows are those of what agents do.
func agentRows() map[string]row {
	user, status := thing(func(o objects) string { return o.user }), thing(func(o objects) string { return o.status })
	return map[string]row{
		"PutUserStatus": ofThing("UserId", func(w *world) string { return w.own.user }, func(o objects) string { return o.user }, nil).
			having("AgentStatusId", func(w *world) string { return w.own.status }).also(map[string]rule{"AgentStatusId": status}),
		"AssociateContactWithUser": ofContact("ContactId", badRequest, notFound, nil, map[string]rule{"UserId": user}).
			having("ContactId", (*world).queued).having("UserId", func(w *world) string { return w.worker(false) }),
		"MonitorContact": ofContact("ContactId", badRequest, notFound, nil, map[string]rule{"UserId": user, "ClientToken": inert}).
			having("ContactId", func(w *world) string { contact, _ := w.served(); return contact }).having("UserId", func(w *world) string { return w.own.user }),
		"DismissUserContact": {
			request: func(w *world) members {
				contact, user := w.finished()
				return members{"InstanceId": w.own.instance, "ContactId": contact, "UserId": user}
			},
			ids: map[string]rule{"InstanceId": instanceID(notFound), "ContactId": contactID(notFound, notFound), "UserId": user},
		},
		"GetContactMetrics": ofContact("ContactId", badRequest, notFound, members{"Metrics": []members{{"Name": "POSITION_IN_QUEUE"}}}, nil).
			having("ContactId", (*world).queued).
			also(map[string]rule{"InstanceId": plain(instanceID(notFound)), "ContactId": plain(contactID(badRequest, notFound))}),
		"GetCurrentMetricData": ofInstance(func(w *world) members {
			return members{"Filters": members{"Queues": []string{w.own.queue}}, "CurrentMetrics": []members{{"Name": "AGENTS_ONLINE"}}}
		}, paging()).also(map[string]rule{
			"CurrentMetrics[].MetricId": refusing(badMember, nil),
			"Filters.Queues[]":          thing(func(o objects) string { return o.queue }),
			"Filters.RoutingProfiles[]": filter(func(o objects) string { return o.routing }),
			"Filters.AgentStatuses[]":   filter(func(o objects) string { return o.status }),
		}),
		"GetMetricData": ofInstance(func(w *world) members {
			now := w.Now().Truncate(5 * time.Minute)
			return members{
				"StartTime": now.Add(-time.Hour).Unix(), "EndTime": now.Unix(), "Filters": members{"Queues": []string{w.own.queue}},
				"HistoricalMetrics": []members{{"Name": "CONTACTS_QUEUED"}},
			}
		}, paging()).also(map[string]rule{"Filters.Queues[]": filter(func(o objects) string { return o.queue })}),
		"GetMetricDataV2": {
			request: func(w *world) members {
				now := w.Now()
				return members{
					"ResourceArn": w.own.arn, "StartTime": now.Add(-time.Hour).Unix(), "EndTime": now.Unix(), "Metrics": []members{{"Name": "CONTACTS_QUEUED"}},
					"Filters": []members{{"FilterKey": "QUEUE", "FilterValues": []string{w.own.queue}}},
				}
			},
			ids:  map[string]rule{"ResourceArn": wideInstanceID(), "NextToken": pageToken(), "Metrics[].MetricId": refusing(badMember, nil)},
			more: map[string]rule{"Filters[].FilterValues[]": filter(func(o objects) string { return o.queue })},
		},
		"GetCurrentUserData": ofInstance(func(w *world) members { return members{"Filters": members{"Agents": []string{w.own.user}}} }, paging()).
			also(map[string]rule{
				"Filters.Agents[]":              filter(func(o objects) string { return o.user }),
				"Filters.Queues[]":              filter(func(o objects) string { return o.queue }),
				"Filters.RoutingProfiles[]":     filter(func(o objects) string { return o.routing }),
				"Filters.UserHierarchyGroups[]": filter(func(o objects) string { return o.group }),
			}),
	}
}

// having makes a member of each request.
func (r row) having(name string, value func(w *world) string) row {
	bare := r.request
	r.request = func(w *world) members {
		request := bare(w)
		request[name] = value(w)
		return request
	}
	return r
}

// plain: the model holds the member against a pattern, so that what is no id is refused as such.
func plain(r rule) rule {
	id := regexp.MustCompile(`^(arn:(aws|aws-us-gov):connect:[a-z]{2}-[a-z]+-[0-9]{1}:[0-9]{1,20}:instance/)?[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$`)
	return func(w *world) []target {
		targets := r(w)
		for i := range targets {
			if !id.MatchString(targets[i].value) {
				targets[i].want = badMember
			}
		}
		return targets
	}
}

// filter: what a list is narrowed down to; of things that are not there it holds nothing.
func filter(foreign func(o objects) string) rule {
	return both(foreignARNs(badMember, badMember), func(w *world) []target {
		return []target{
			{name: "another instance's", value: foreign(w.other), want: ok, idle: true},
			{name: "unknown", value: unknownID, want: ok, idle: true},
		}
	})
}

// queued returns a chat in the own instance that waits in its queue, and whose place there is known.
func (w *world) queued() string {
	chat, err := w.TryStart()
	if err != nil {
		return "no contact: " + err.Error()
	}
	chat.Connect()
	harness.Await(w.t, "the queue", 10*time.Second, func() error {
		in := members{"InstanceId": w.own.instance, "ContactId": chat.ContactID, "Metrics": []members{{"Name": "POSITION_IN_QUEUE"}}}
		if answer := w.Signed("POST", "/metrics/contact", in); answer.Status != 200 {
			return fmt.Errorf("contact %s is in no queue: %s", chat.ContactID, answer.Body)
		}
		return nil
	})
	return chat.ContactID
}

// worker returns a new user of the own instance, who is at work and gets contacts by hand only.
func (w *world) worker(autoAccept bool) string {
	in := user(w.own, name())
	in["PhoneConfig"] = members{"PhoneType": "SOFT_PHONE", "AutoAccept": autoAccept}
	id := w.made("PUT", "/users/"+w.own.instance, in)["UserId"].(string)
	w.Signed("PUT", "/users/"+w.own.instance+"/"+id+"/status", members{"AgentStatusId": w.own.status}).Want(w.t, 200, "")
	return id
}

// served returns a chat and the user who has it.
func (w *world) served() (contact, user string) {
	contact, user = w.queued(), w.worker(true)
	w.Signed("POST", "/contacts/"+w.own.instance+"/"+contact+"/associate-user", members{"UserId": user}).Want(w.t, 200, "")
	return contact, user
}

// finished returns a chat that is over, and a user who has after-contact work on it.
func (w *world) finished() (contact, user string) {
	contact, user = w.served()
	w.Signed("POST", "/contact/stop", members{"InstanceId": aws.String(w.own.instance), "ContactId": contact}).Want(w.t, 200, "")
	return contact, user
}
