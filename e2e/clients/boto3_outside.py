"""A channel elsewhere and its customers' chats (SendChatIntegrationEvent), through an unchanged boto3.

Arguments: the ids of the instance, of a flow that says nothing, and its ARN. Prints a JSON object that names the operations which succeeded;
ends with a traceback when something is wrong.
"""
import json
import sys

import boto3

INSTANCE, FLOW, ARN = sys.argv[1:4]
TOPIC = "arn:aws:sns:us-east-1:123456789012:chats"
operations = set()


def note(http_response, model, **_):
    if http_response.status_code < 300:
        operations.add(f"{model.service_model.service_name}.{model.name}")


connect = boto3.client("connect")
connect.meta.events.register("after-call", note)


def tell(kind, source="+4930901820", content=None, content_type="text/plain", destination=ARN, **more):
    event = {"Type": kind}
    if kind != "DISCONNECT" and content_type:
        event["ContentType"] = content_type
    if content:
        event["Content"] = content
    answer = connect.send_chat_integration_event(SourceId=source, DestinationId=destination, Event=event, **more)
    return answer.get("InitialContactId"), answer["NewChatCreated"]


def refused(do, name, *parts):
    try:
        do()
    except connect.exceptions.ClientError as error:
        got = error.response["Error"]
        assert got["Code"] == name and all(p in got["Message"] for p in parts), got
        return
    raise AssertionError(f"it succeeded, want {name}")


def contact(chat):
    return connect.describe_contact(InstanceId=INSTANCE, ContactId=chat)["Contact"]


typing = dict(content_type="application/vnd.amazonaws.connect.event.typing")
session = {"ParticipantDetails": {"DisplayName": "Ada"}, "Attributes": {"channel": "sms"}, "StreamingConfiguration": {"StreamingEndpointArn": TOPIC}}

assert tell("DISCONNECT") == (None, False), "leaving began a chat"
assert tell("EVENT", **typing) == (None, False), "typing began a chat"
chat, new = tell("MESSAGE", content="hello", Subtype="connect:sms", NewSessionDetails=session)
assert new
again = tell("MESSAGE", content="are you there?", Subtype="connect:sms", NewSessionDetails=session)
assert again == (chat, False), again
assert tell("EVENT", Subtype="connect:sms", **typing) == (chat, False)
assert contact(chat)["SegmentAttributes"]["connect:Subtype"]["ValueString"] == "connect:SMS"
assert "ConnectedToSystemTimestamp" in contact(chat), "the customer is not connected"
assert connect.get_contact_attributes(InstanceId=INSTANCE, InitialContactId=chat)["Attributes"] == {"channel": "sms"}

others = [tell("MESSAGE", content="hi", source="+4930901821", Subtype="connect:sms"), tell("MESSAGE", content="hi", Subtype="example:Messenger"), tell("MESSAGE", content="hi")]
assert all(new for _, new in others) and len({chat, *(c for c, _ in others)}) == 4, others

assert tell("DISCONNECT", Subtype="connect:sms") == (chat, False)
assert contact(chat)["DisconnectReason"] == "CUSTOMER_DISCONNECT", contact(chat)
second, new = tell("MESSAGE", content="once more", Subtype="connect:sms")
assert new and second != chat
connect.stop_contact(InstanceId=INSTANCE, ContactId=second)
third, new = tell("MESSAGE", content="and again", Subtype="connect:sms")
assert new and third != second

refused(lambda: tell("MESSAGE", source="x"), "InvalidRequestException", "Event.Content")
refused(lambda: tell("MESSAGE", source="x", content="x", content_type=None), "InvalidRequestException", "Event.ContentType")
refused(lambda: tell("MESSAGE", source="x", content="x", content_type="text/markdown"), "InvalidRequestException", "SupportedMessagingContentTypes")
refused(lambda: tell("MESSAGE", source="x", content="x", Subtype="connect:Guide"), "InvalidRequestException", "Subtype")
refused(lambda: tell("MESSAGE", source="x", content="x", destination="+4930901899"), "InvalidRequestException", "DestinationId")
refused(lambda: tell("MESSAGE", source="x", content="x", destination=ARN[:-3] + "000"), "ResourceNotFoundException", "DestinationId")
refused(lambda: tell("MESSAGE", source="x", content="x", NewSessionDetails={"StreamingConfiguration": {"StreamingEndpointArn": TOPIC + "-none"}}), "ResourceNotFoundException", "StreamingEndpointArn")
assert tell("EVENT", source="x", **typing) == (None, False), "a refused message left a chat"


def outbound(source, destination, address="+4930901820"):
    connect.start_outbound_chat_contact(
        InstanceId=INSTANCE, ContactFlowId=FLOW, SegmentAttributes={"connect:Subtype": {"ValueString": "connect:SMS"}},
        SourceEndpoint={"Type": source, "Address": "arn:aws:connect:us-east-1:123456789012:phone-number/1"}, DestinationEndpoint={"Type": destination, "Address": address})


refused(lambda: outbound("VOIP", "TELEPHONE_NUMBER"), "InvalidRequestException", "SourceEndpoint.Type")
refused(lambda: outbound("CONNECT_PHONENUMBER_ARN", "EMAIL_ADDRESS"), "InvalidRequestException", "DestinationEndpoint.Type")
refused(lambda: outbound("CONNECT_PHONENUMBER_ARN", "TELEPHONE_NUMBER"), "InvalidRequestException", "SourceEndpoint.Address", "not supported")
print(json.dumps({"operations": sorted(operations), "chat": chat}))
