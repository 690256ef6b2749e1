"""An agent who accepts by itself, through an unchanged boto3: the whole life of a chat from the queue to after-contact work.

Arguments: the instance's id, the flow that queues. Reads the agent's participant token from the test
controls. Prints a JSON object that names the operations which succeeded; ends with a traceback when something is wrong.
"""
import json
import os
import sys
import time
import urllib.request

import boto3

INSTANCE, FLOW = sys.argv[1:3]
operations = set()


def note(http_response, model, **_):
    if http_response.status_code < 300:
        operations.add(f"{model.service_model.service_name}.{model.name}")


connect, participant = boto3.client("connect"), boto3.client("connectparticipant")
for client in connect, participant:
    client.meta.events.register("after-call", note)


def call(operation, **members):
    answer = getattr(connect, operation)(InstanceId=INSTANCE, **members)
    answer.pop("ResponseMetadata")
    return answer


def until(what, ask):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")


def connected(token):
    answer = participant.create_participant_connection(ParticipantToken=token, Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True)
    return answer["ConnectionCredentials"]["ConnectionToken"]


def say(who, text):
    return participant.send_message(ConnectionToken=who, ContentType="text/plain", Content=text)["Id"]


def heard(who):
    items = participant.get_transcript(ConnectionToken=who, SortOrder="ASCENDING", MaxResults=100)["Transcript"]
    return [(i["ParticipantRole"], i["Content"]) for i in items if i["Type"] == "MESSAGE" and i["ParticipantRole"] != "SYSTEM"]


def begin():
    chat = call("start_chat_contact", ContactFlowId=FLOW, ParticipantDetails={"DisplayName": "Ann"})
    chat["me"] = connected(chat["ParticipantToken"])
    contact = {"ContactId": chat["ContactId"]}
    until("the contact waits", lambda: call("describe_contact", **contact)["Contact"].get("QueueInfo"))
    return chat, contact


routing = call("list_routing_profiles")["RoutingProfileSummaryList"][0]["Id"]
security = call("list_security_profiles")["SecurityProfileSummaryList"][0]["Id"]
status = {s["Name"]: s for s in call("list_agent_statuses")["AgentStatusSummaryList"]}
user = call("create_user", Username="ben", IdentityInfo={"FirstName": "Ben"}, RoutingProfileId=routing, SecurityProfileIds=[security],
            PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 0})["UserId"]
me = {"UserId": user}


def data():
    found = call("get_current_user_data", Filters={"Agents": [user]})["UserDataList"]
    return found[0] if found else None


def taken_by(contact):
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL_CONNECT"] + "/_parley/agent/token", method="POST", headers={"X-Parley-Test": "1"},
                                     data=json.dumps({"UserId": user, **contact}).encode())
    with urllib.request.urlopen(request) as answer:
        return connected(json.load(answer)["ParticipantToken"])


assert data() is None
chat, contact = begin()
queue = call("list_queues", QueueTypes=["STANDARD"])["QueueSummaryList"][0]


def now_of(*names):
    """What GetCurrentMetricData tells of the queue."""
    rows = call("get_current_metric_data", Filters={"Queues": [queue["Id"]], "Channels": ["CHAT"]}, Groupings=["QUEUE"],
                CurrentMetrics=[{"Name": n, "Unit": "COUNT"} for n in names])["MetricResults"]
    assert [r["Dimensions"]["Queue"] for r in rows] == [{"Id": queue["Id"], "Arn": queue["Arn"]}], rows
    return {c["Metric"]["Name"]: c["Value"] for c in rows[0]["Collections"]}


assert now_of("CONTACTS_IN_QUEUE", "AGENTS_ONLINE", "SLOTS_ACTIVE") == {"CONTACTS_IN_QUEUE": 1, "AGENTS_ONLINE": 0, "SLOTS_ACTIVE": 0}
place = call("get_contact_metrics", Metrics=[{"Name": "POSITION_IN_QUEUE"}], **contact)
assert place["Id"] == contact["ContactId"] and place["MetricResults"] == [{"Name": "POSITION_IN_QUEUE", "Value": {"Number": 1.0}}], place
call("put_user_status", AgentStatusId=status["Available"]["Arn"], **me)
until("the agent has it", lambda: call("describe_contact", **contact)["Contact"].get("AgentInfo"))
assert now_of("CONTACTS_IN_QUEUE", "AGENTS_ON_CONTACT", "SLOTS_ACTIVE", "SLOTS_AVAILABLE") == {
    "CONTACTS_IN_QUEUE": 0, "AGENTS_ON_CONTACT": 1, "SLOTS_ACTIVE": 1, "SLOTS_AVAILABLE": 1}
agent = taken_by(contact)
say(chat["me"], "hi")
say(agent, "hello Ann")
want = [("CUSTOMER", "hi"), ("AGENT", "hello Ann")]
assert heard(chat["me"]) == heard(agent) == want, (heard(chat["me"]), heard(agent))
got = data()
assert got["Status"]["StatusName"] == "Available" and got["ActiveSlotsByChannel"] == {"CHAT": 1} and got["MaxSlotsByChannel"] == {"CHAT": 2}, got
assert [(c["ContactId"], c["AgentContactState"], c["Channel"]) for c in got["Contacts"]] == [(contact["ContactId"], "CONNECTED", "CHAT")], got
admin = next(p["Id"] for p in call("list_security_profiles")["SecurityProfileSummaryList"] if p["Name"] == "Admin")
boss = call("create_user", Username="boss", RoutingProfileId=routing, SecurityProfileIds=[admin], PhoneConfig={"PhoneType": "SOFT_PHONE"})["UserId"]
watch = dict(UserId=boss, AllowedMonitorCapabilities=["SILENT_MONITOR", "BARGE"], ClientToken="once", **contact)
watching = call("monitor_contact", **watch)
assert watching == call("monitor_contact", **watch) and watching["ContactArn"].endswith(watching["ContactId"]), watching
seen = call("describe_contact", ContactId=watching["ContactId"])["Contact"]
assert seen["InitiationMethod"] == "MONITOR" and seen["AgentInfo"]["Id"] == boss, seen
participant.disconnect_participant(ConnectionToken=agent)
described = call("describe_contact", **contact)["Contact"]
assert described["DisconnectReason"] == "AGENT_DISCONNECT" and described["AgentInfo"]["Id"] == user, described
assert data()["Contacts"][0]["AgentContactState"] == "ENDED"
call("dismiss_user_contact", **contact, **me)
assert data()["Contacts"] == [] and data()["AvailableSlotsByChannel"] == {"CHAT": 2}, data()
info = call("describe_contact", **contact)["Contact"]["AgentInfo"]
assert info["AfterContactWorkEndTimestamp"] >= info["AfterContactWorkStartTimestamp"] >= info["ConnectedToAgentTimestamp"], info

end = int(time.time()) + 60
arn = call("describe_instance")["Instance"]["Arn"]
past = connect.get_metric_data_v2(
    ResourceArn=arn, StartTime=end - 3600, EndTime=end, Filters=[{"FilterKey": "QUEUE", "FilterValues": [queue["Arn"]]}], Groupings=["QUEUE", "AGENT"],
    Metrics=[{"Name": "CONTACTS_HANDLED", "MetricFilters": [{"MetricFilterKey": "DISCONNECT_REASON", "MetricFilterValues": ["AGENT_DISCONNECT"]}]},
             {"Name": "AVG_HANDLE_TIME"}, {"Name": "ABANDONMENT_RATE"}])["MetricResults"]
assert [r["Dimensions"] for r in past] == [{"QUEUE": queue["Id"], "AGENT": user}], past
values = {c["Metric"]["Name"]: c.get("Value") for c in past[0]["Collections"]}
assert values["CONTACTS_HANDLED"] == 1 and values["AVG_HANDLE_TIME"] > 0 and values["ABANDONMENT_RATE"] == 0, values
end = end // 300 * 300 + 300
past = call("get_metric_data", StartTime=end - 3600, EndTime=end, Filters={"Queues": [queue["Id"]]}, Groupings=["QUEUE"], HistoricalMetrics=[
    {"Name": "CONTACTS_AGENT_HUNG_UP_FIRST", "Unit": "COUNT", "Statistic": "SUM"}, {"Name": "HANDLE_TIME", "Unit": "SECONDS", "Statistic": "AVG"},
    {"Name": "SERVICE_LEVEL", "Unit": "PERCENT", "Statistic": "AVG", "Threshold": {"Comparison": "LT", "ThresholdValue": 600}}])["MetricResults"]
assert len(past) == 1 and past[0]["Dimensions"] == {"Queue": {"Id": queue["Id"], "Arn": queue["Arn"]}}, past
assert [c["Value"] for c in past[0]["Collections"]] == [1.0, values["AVG_HANDLE_TIME"], 100.0], past

lunch = call("create_agent_status", Name="Lunch", State="ENABLED")["AgentStatusId"]
call("put_user_status", AgentStatusId=lunch, **me)
chat, contact = begin()
assert "AgentInfo" not in call("describe_contact", **contact)["Contact"]
call("associate_contact_with_user", **contact, **me)
assert call("describe_contact", **contact)["Contact"]["AgentInfo"]["Id"] == user
call("put_user_status", AgentStatusId=status["Offline"]["Id"], **me)
got = data()
assert got["NextStatus"] == "Offline" and got["Status"]["StatusName"] == "Lunch", got
participant.disconnect_participant(ConnectionToken=chat["me"])
call("dismiss_user_contact", **contact, **me)
assert data() is None
print(json.dumps({"operations": sorted(operations)}))
