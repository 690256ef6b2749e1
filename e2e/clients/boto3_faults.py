"""What an unchanged boto3 makes of failures: which it repeats by itself, and which it reports.

Arguments: the instance's id, a flow's id. Ends with a traceback when something is wrong.
"""
import json
import os
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

INSTANCE, FLOW = sys.argv[1:3]
ENDPOINT = os.environ["AWS_ENDPOINT_URL_CONNECT"]
PLAIN = "text/plain"


def control(method, path, body=None):
    request = urllib.request.Request(
        f"{ENDPOINT}/_parley/{path}", method=method, data=json.dumps(body or {}).encode(), headers={"X-Parley-Test": "1"}
    )
    return json.load(urllib.request.urlopen(request))


def fail(operation, count, **fault):
    control("POST", "faults", {"operation": operation, "count": count, **fault})


def left():
    return sum(f["count"] for f in control("GET", "faults")["faults"])


def retries(answer):
    return answer["ResponseMetadata"]["RetryAttempts"]


def refused(call, name, status, attempts):
    try:
        call()
    except ClientError as error:
        got = error.response
        assert (got["Error"]["Code"], got["ResponseMetadata"]["HTTPStatusCode"]) == (name, status), got
        assert got["ResponseMetadata"]["RetryAttempts"] == attempts, got
        return
    raise AssertionError(f"succeeded, want {name}")


def check(mode):
    config = Config(retries={"mode": mode, "total_max_attempts": 3})
    connect, participant = boto3.client("connect", config=config), boto3.client("connectparticipant", config=config)

    def start(**more):
        return connect.start_chat_contact(
            InstanceId=INSTANCE, ContactFlowId=FLOW, ParticipantDetails={"DisplayName": "Customer"}, **more
        )

    fail("StartChatContact", 2, error="throttle")
    chat = start()
    assert retries(chat) == 2 and left() == 0, (mode, chat)
    fail("StartChatContact", 3, error="throttle")
    refused(start, "TooManyRequestsException", 429, 2)
    fail("StartChatContact", 1, status=500)
    assert retries(start()) == 1, mode
    fail("StartChatContact", 1, drop=True)
    assert retries(start()) == 1, mode
    fail("StartChatContact", 1, error="AccessDeniedException")
    refused(start, "AccessDeniedException", 403, 0)
    fail("StartChatContact", 1, error="InvalidParameterException")
    refused(start, "InvalidParameterException", 400, 0)

    connection = participant.create_participant_connection(
        ParticipantToken=chat["ParticipantToken"], Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True
    )
    token = connection["ConnectionCredentials"]["ConnectionToken"]

    def say(text):
        return participant.send_message(ConnectionToken=token, ContentType=PLAIN, Content=text)

    fail("SendMessage", 2, error="throttle")
    assert retries(say("throttled twice")) == 2 and left() == 0, mode
    # the message was said, only the answer was lost: the repeated call says nothing, its client token is the same
    fail("SendMessage", 1, drop=True, after=True)
    assert retries(say("once")) == 1, mode
    fail("SendMessage", 1, status=500, after=True)
    assert retries(say("once more")) == 1, mode
    fail("SendMessage", 1, error="expired")
    refused(lambda: say("never"), "AccessDeniedException", 403, 0)
    page = participant.get_transcript(ConnectionToken=token, SortOrder="ASCENDING", MaxResults=100)
    said = [item["Content"] for item in page["Transcript"] if item["Type"] == "MESSAGE"]
    assert said == ["throttled twice", "once", "once more"], said

    fail("*", 1, delay_ms=300)
    took = say("late")["ResponseMetadata"]
    assert took["RetryAttempts"] == 0 and left() == 0, took
    fail("SendMessage", 5, status=500)
    control("DELETE", "faults")
    assert retries(say("cleared")) == 0


for mode in ("standard", "legacy"):
    check(mode)
