"""Chats through an unchanged boto3 whose answers are often cut off.

Arguments: the instance's id, a flow's id, how many messages to send. For each
of boto3's retry modes it starts a chat, sends the messages and checks that
the transcript holds each of them once. Ends with a traceback when it does not.
"""
import sys

import boto3
from botocore.config import Config

INSTANCE, FLOW, COUNT = sys.argv[1], sys.argv[2], int(sys.argv[3])


def items(participant, token):
    found, members = [], {}
    while True:
        page = participant.get_transcript(ConnectionToken=token, MaxResults=100, **members)
        found += [(item["Id"], item.get("Content")) for item in page["Transcript"]]
        if "NextToken" not in page:
            return found[::-1]
        members = {"NextToken": page["NextToken"]}


def talk(mode):
    config = Config(retries={"mode": mode, "max_attempts": 5})
    connect = boto3.client("connect", config=config)
    participant = boto3.client("connectparticipant", config=config)
    chat = connect.start_chat_contact(
        InstanceId=INSTANCE, ContactFlowId=FLOW, ParticipantDetails={"DisplayName": "Customer"}
    )
    token = participant.create_participant_connection(
        ParticipantToken=chat["ParticipantToken"], Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True
    )["ConnectionCredentials"]["ConnectionToken"]
    sent = []
    for n in range(COUNT):
        answer = participant.send_message(ConnectionToken=token, ContentType="text/plain", Content=f"message {n}")
        sent.append((answer["Id"], f"message {n}"))
    kept = [item for item in items(participant, token) if item[1]]
    assert kept == sent, f"{mode}: sent {sent}, kept {kept}"


for mode in "legacy", "standard", "adaptive":
    talk(mode)
