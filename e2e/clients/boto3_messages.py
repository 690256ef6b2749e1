"""Messages on their way, through an unchanged boto3.

Arguments: the instance's id, a flow's id, the ARN of the processor. Prints a JSON object that names the
operations which succeeded; ends with a traceback when something is wrong.
"""
import json
import sys
import time

import boto3

INSTANCE, FLOW, PROCESSOR = sys.argv[1:4]
PLAIN = "text/plain"
INTERACTIVE = "application/vnd.amazonaws.connect.message.interactive"
RESPONSE = INTERACTIVE + ".response"
operations = set()


def client(name):
    made = boto3.client(name)
    made.meta.events.register(
        "after-call",
        lambda http_response, model, **_: http_response.status_code < 300 and operations.add(f"{model.service_model.service_name}.{model.name}"),
    )
    return made


connect, participant = client("connect"), client("connectparticipant")


def join(token):
    made = participant.create_participant_connection(ParticipantToken=token, Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True)
    return made["ConnectionCredentials"]["ConnectionToken"]


def messages(token):
    page = participant.get_transcript(ConnectionToken=token, SortOrder="ASCENDING", MaxResults=100)
    return [item for item in page["Transcript"] if item["Type"] == "MESSAGE"]


def await_last(token, text):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = messages(token)
        if found and found[-1]["Content"] == text:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{[m['Content'] for m in messages(token)]}, want {text} last")


def refused(text, call, **request):
    try:
        call(**request)
    except call.__self__.exceptions.ClientError as error:
        assert text in error.response["Error"]["Message"], error
        return error.response["Error"]["Code"]
    raise AssertionError(f"{request} is taken")


chat = connect.start_chat_contact(
    InstanceId=INSTANCE, ContactFlowId=FLOW, ParticipantDetails={"DisplayName": "Customer"},
    SupportedMessagingContentTypes=[PLAIN, "application/json", INTERACTIVE, RESPONSE],
)
customer = join(chat["ParticipantToken"])
added = connect.create_participant(
    InstanceId=INSTANCE, ContactId=chat["ContactId"], ParticipantDetails={"ParticipantRole": "CUSTOM_BOT", "DisplayName": "Bot"}
)
bot = join(added["ParticipantCredentials"]["ParticipantToken"])

# Interactive messages.
menu = {"templateType": "ListPicker", "version": "1.0", "data": {"content": {"title": "Which tea?", "elements": [{"title": "Green"}, {"title": "Black"}]}}}
broken = {"templateType": "ListPicker", "version": "1.0", "data": {"content": {"title": "Which tea?", "elements": [{"title": "Green"}, {}]}}}
assert refused("data.content.elements[1].title is required", participant.send_message, ConnectionToken=bot, ContentType=INTERACTIVE, Content=json.dumps(broken)) == "ValidationException"
refused("a flow, a bot or an agent", participant.send_message, ConnectionToken=customer, ContentType=INTERACTIVE, Content=json.dumps(menu))
refused("at most 1024 characters", participant.send_message, ConnectionToken=customer, ContentType=PLAIN, Content="x" * 1025)
participant.send_message(ConnectionToken=bot, ContentType=INTERACTIVE, Content=json.dumps(menu))
shown = json.loads(messages(customer)[-1]["Content"])
reference = shown["data"]["content"].pop("referenceId")
assert shown == menu, shown
answer = {"version": "1.0", "action": "SHOW_MORE", "data": {"referenceId": reference, "listId": "l"}}
participant.send_message(ConnectionToken=customer, ContentType=RESPONSE, Content=json.dumps(answer))
answer["data"]["referenceId"] = "another"
refused("names no interactive message", participant.send_message, ConnectionToken=customer, ContentType=RESPONSE, Content=json.dumps(answer))

# A processor, told to keep back what it fails at.
chain = {"InstanceId": INSTANCE, "ContactId": chat["ContactId"]}
assert refused("no such function", connect.start_contact_media_processing, ProcessorArn="arn:aws:lambda:us-east-1:123456789012:function:other", **chain) == "ResourceNotFoundException"
refused("ProcessorArn is required", connect.start_contact_media_processing, **chain)
connect.start_contact_media_processing(ProcessorArn=PROCESSOR, FailureMode="DO_NOT_DELIVER_UNPROCESSED_MESSAGE", **chain)
sent = {}
for text in ("hallo", "a rude word", "fail", "as it is"):
    sent[text] = participant.send_message(ConnectionToken=customer, ContentType=PLAIN, Content=text, ClientToken=text)
    assert sent[text]["MessageMetadata"]["MessageProcessingStatus"] == "PROCESSING", sent[text]
again = participant.send_message(ConnectionToken=customer, ContentType=PLAIN, Content="hallo", ClientToken="hallo")
assert again["Id"] == sent["hallo"]["Id"] and again["AbsoluteTime"] == sent["hallo"]["AbsoluteTime"], again
own = await_last(customer, "as it is")[-4:]
assert [m["Content"] for m in own] == ["HALLO", "a rude word", "fail", "as it is"], own
assert [m["Id"] for m in own] == [sent[text]["Id"] for text in ("hallo", "a rude word", "fail", "as it is")], own
assert [m.get("MessageMetadata", {}).get("MessageProcessingStatus") for m in own] == [None, "REJECTED", "FAILED", None], own
others = [m["Content"] for m in messages(bot)][-2:]
assert others == ["HALLO", "as it is"], others

# And to let it pass.
connect.start_contact_media_processing(ProcessorArn=PROCESSOR, FailureMode="DELIVER_UNPROCESSED_MESSAGE", **chain)
participant.send_message(ConnectionToken=bot, ContentType=PLAIN, Content="fail")
assert await_last(customer, "fail")[-1]["MessageMetadata"]["MessageProcessingStatus"] == "FAILED"
connect.stop_contact_media_processing(**chain)
plain = participant.send_message(ConnectionToken=customer, ContentType=PLAIN, Content="hallo")
assert "MessageMetadata" not in plain and messages(bot)[-1]["Content"] == "hallo", plain
connect.stop_contact(**chain)
refused("has ended", connect.start_contact_media_processing, ProcessorArn=PROCESSOR, **chain)
print(json.dumps({"operations": sorted(operations)}))
