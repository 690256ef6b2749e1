"""A customer with an unchanged boto3 and nothing but the environment.

Arguments: the instance's id, a flow's id, a text. Waits for the text and prints
what the flow said until then.
"""
import sys
import time

import boto3

INSTANCE, FLOW, LAST = sys.argv[1:4]
connect, participant = boto3.client("connect"), boto3.client("connectparticipant")
chat = connect.start_chat_contact(
    InstanceId=INSTANCE, ContactFlowId=FLOW, ParticipantDetails={"DisplayName": "Customer"}, Attributes={"tier": "gold"}
)
connection = participant.create_participant_connection(
    ParticipantToken=chat["ParticipantToken"], Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True
)
token = connection["ConnectionCredentials"]["ConnectionToken"]
said = []
deadline = time.monotonic() + 20
while LAST not in said and time.monotonic() < deadline:
    page = participant.get_transcript(ConnectionToken=token, SortOrder="ASCENDING", MaxResults=100)
    said = [item["Content"] for item in page["Transcript"] if item["Type"] == "MESSAGE"]
    time.sleep(0.05)
print("|".join(said))
