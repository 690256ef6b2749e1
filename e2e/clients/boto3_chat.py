"""One chat through an unchanged boto3, with nothing but the environment.

Arguments: the instance's id, a flow's id. Prints a JSON object that names the
operations which succeeded; ends with a traceback when something is wrong.
"""
import json
import sys

import boto3

INSTANCE, FLOW = sys.argv[1:3]
PLAIN = "text/plain"
EVENT = "application/vnd.amazonaws.connect.event."
operations = set()


def note(http_response, model, **_):
    if http_response.status_code < 300:
        operations.add(f"{model.service_model.service_name}.{model.name}")


def client(name):
    made = boto3.client(name)
    made.meta.events.register("after-call", note)
    return made


connect, participant = client("connect"), client("connectparticipant")


def refused(name, call, **members):
    try:
        call(**members)
    except call.__self__.exceptions.ClientError as error:
        got = error.response["Error"]["Code"]
        assert got == name, f"refused with {got}, want {name}"
        assert error.response["Error"]["Message"], "an error without a message"
        return
    raise AssertionError(f"{call.__name__} succeeded, want {name}")


def talk():
    chat = connect.start_chat_contact(
        InstanceId=INSTANCE,
        ContactFlowId=FLOW,
        ParticipantDetails={"DisplayName": "Customer"},
        Attributes={"tier": "gold"},
        InitialMessage={"ContentType": PLAIN, "Content": "first"},
        SupportedMessagingContentTypes=[PLAIN, "text/markdown"],
        ChatDurationInMinutes=60,
    )
    assert "ContinuedFromContactId" not in chat
    connection = participant.create_participant_connection(
        ParticipantToken=chat["ParticipantToken"],
        Type=["WEBSOCKET", "CONNECTION_CREDENTIALS"],
        ConnectParticipant=True,
    )
    token = connection["ConnectionCredentials"]["ConnectionToken"]
    assert connection["Websocket"]["Url"].startswith("ws")
    participant.create_participant_connection(ParticipantToken=chat["ParticipantToken"], ConnectParticipant=True)
    sent = participant.send_message(ConnectionToken=token, ContentType=PLAIN, Content="hello \u00e9\U0001f600")
    participant.send_event(ConnectionToken=token, ContentType=EVENT + "typing")
    page = participant.get_transcript(ConnectionToken=token, SortOrder="ASCENDING", MaxResults=100)
    assert page["InitialContactId"] == chat["ContactId"]
    assert page["Transcript"][0]["Content"] == "first", page["Transcript"]
    mine = [item for item in page["Transcript"] if item["Id"] == sent["Id"]]
    assert [item["AbsoluteTime"] for item in mine] == [sent["AbsoluteTime"]], page["Transcript"]
    refused("ValidationException", participant.send_message, ConnectionToken=token, ContentType="text/html", Content="x")
    refused("AccessDeniedException", participant.get_transcript, ConnectionToken="noise")
    return chat, token


def look_after(contact):
    where = {"InstanceId": INSTANCE, "ContactId": contact}
    chain = {"InstanceId": INSTANCE, "InitialContactId": contact}
    connect.update_contact_attributes(**chain, Attributes={"b": "2"})
    assert connect.get_contact_attributes(**chain)["Attributes"] == {"tier": "gold", "b": "2"}
    connect.update_contact(**where, Name="Order 7")
    connect.tag_contact(**where, Tags={"team": "a", "shop": "b"})
    connect.untag_contact(**where, TagKeys=["team"])
    found = connect.describe_contact(**where)["Contact"]
    assert (found["Name"], found["Channel"]) == ("Order 7", "CHAT"), found
    assert found["ConnectedToSystemTimestamp"] >= found["InitiationTimestamp"], found


def leave(chat, token):
    participant.disconnect_participant(ConnectionToken=token)
    refused("AccessDeniedException", participant.send_message, ConnectionToken=token, ContentType=PLAIN, Content="x")
    refused("ContactNotFoundException", connect.stop_contact, InstanceId=INSTANCE, ContactId=chat["ContactId"])


def resources():
    connect.describe_instance(InstanceId=INSTANCE)
    assert any(i["Id"] == INSTANCE for i in connect.list_instances()["InstanceSummaryList"])
    names = [q["Name"] for q in connect.list_queues(InstanceId=INSTANCE, QueueTypes=["STANDARD"])["QueueSummaryList"]]
    assert "BasicQueue" in names, names
    flows = connect.list_contact_flows(InstanceId=INSTANCE)["ContactFlowSummaryList"]
    assert any(f["Id"] == FLOW for f in flows), flows
    content = connect.describe_contact_flow(InstanceId=INSTANCE, ContactFlowId=FLOW)["ContactFlow"]["Content"]
    connect.create_contact_flow(InstanceId=INSTANCE, Name="Copy", Type="CONTACT_FLOW", Content=content)
    hours = connect.create_hours_of_operation(
        InstanceId=INSTANCE, Name="Mondays", TimeZone="UTC",
        Config=[{"Day": "MONDAY", "StartTime": {"Hours": 9, "Minutes": 0}, "EndTime": {"Hours": 17, "Minutes": 0}}],
    )
    queue = connect.create_queue(InstanceId=INSTANCE, Name="Mondays", HoursOfOperationId=hours["HoursOfOperationId"])
    assert connect.describe_queue(InstanceId=INSTANCE, QueueId=queue["QueueId"])["Queue"]["Name"] == "Mondays"
    other = connect.create_instance(
        IdentityManagementType="CONNECT_MANAGED", InstanceAlias="other", InboundCallsEnabled=True, OutboundCallsEnabled=False
    )
    connect.delete_instance(InstanceId=other["Id"])
    refused("ResourceNotFoundException", connect.describe_instance, InstanceId=other["Id"])


chat, token = talk()
look_after(chat["ContactId"])
leave(chat, token)
resources()
print(json.dumps({"operations": sorted(operations)}))
