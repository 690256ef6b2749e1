"""A chat that is streamed to a topic, through an unchanged boto3.

Arguments: the instance's id and a flow's id. Prints a JSON object that names the operations
which succeeded, and the chat; ends with a traceback when something is wrong.
"""
import json
import sys

import boto3

INSTANCE, FLOW = sys.argv[1:3]
TOPIC = "arn:aws:sns:us-east-1:123456789012:chats"
operations = set()


def note(http_response, model, **_):
    if http_response.status_code < 300:
        operations.add(f"{model.service_model.service_name}.{model.name}")


connect, participant = boto3.client("connect"), boto3.client("connectparticipant")
for client in (connect, participant):
    client.meta.events.register("after-call", note)


def stream(contact, token, topic=TOPIC):
    return connect.start_contact_streaming(
        InstanceId=INSTANCE, ContactId=contact, ClientToken=token, ChatStreamingConfiguration={"StreamingEndpointArn": topic}
    )["StreamingId"]


def refused(name, do):
    try:
        do()
    except connect.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == name, error.response
        return
    raise AssertionError(f"it succeeded, want {name}")


chat = connect.start_chat_contact(InstanceId=INSTANCE, ContactFlowId=FLOW, ParticipantDetails={"DisplayName": "Customer"})
contact = chat["ContactId"]
first = stream(contact, "one")
assert stream(contact, "one") == first, "the same token started another stream"
second = stream(contact, "two")
refused("LimitExceededException", lambda: stream(contact, "three"))
refused("InvalidParameterException", lambda: stream(contact, "four", TOPIC + ".fifo"))
refused("ResourceNotFoundException", lambda: stream("11111111-1111-4111-8111-111111111111", "five"))
refused("ResourceNotFoundException", lambda: connect.stop_contact_streaming(InstanceId=INSTANCE, ContactId=contact, StreamingId="none"))
connect.stop_contact_streaming(InstanceId=INSTANCE, ContactId=contact, StreamingId=second)
token = participant.create_participant_connection(
    ParticipantToken=chat["ParticipantToken"], Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True
)["ConnectionCredentials"]["ConnectionToken"]
participant.send_message(ConnectionToken=token, ContentType="text/plain", Content="from boto3")
connect.stop_contact(InstanceId=INSTANCE, ContactId=contact)
refused("InvalidRequestException", lambda: stream(contact, "six"))
print(json.dumps({"operations": sorted(operations), "contact": contact}))
