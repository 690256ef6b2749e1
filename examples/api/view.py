"""A view of our own, shown by a flow and answered by a customer.

    python3 examples/api/view.py INSTANCE-ID

Makes the view "Feedback" (CreateView) and the flow of ../flows/feedback.json, which
names it, or brings both up to date, then chats as a customer whose client shows views: reads the view
(DescribeView) and answers it. Needs boto3 and the variables of docs/clients.md.
"""
import json
import pathlib
import sys
import time

import boto3

HERE = pathlib.Path(__file__).parent
INTERACTIVE = "application/vnd.amazonaws.connect.message.interactive"
instance = sys.argv[1]
connect, participant = boto3.client("connect"), boto3.client("connectparticipant")

template = {"Template": (HERE / "feedback-view.json").read_text(), "Actions": ["Send", "Skip"]}
document = (HERE / "../flows/feedback.json").read_text()  # "name:view/Feedback" becomes the view's ARN


def named(operation, key):
    """The summary of what is there already under the name Feedback."""
    pages = connect.get_paginator(operation).paginate(InstanceId=instance)
    return next(one for page in pages for one in page[key] if one["Name"] == "Feedback")


try:
    view = connect.create_view(InstanceId=instance, Name="Feedback", Status="PUBLISHED", Content=template)["View"]
except connect.exceptions.DuplicateResourceException:  # made by the page, or by an earlier run
    view = connect.update_view_content(
        InstanceId=instance, ViewId=named("list_views", "ViewsSummaryList")["Id"], Status="PUBLISHED", Content=template
    )["View"]
try:
    flow = connect.create_contact_flow(InstanceId=instance, Name="Feedback", Type="CONTACT_FLOW", Content=document)["ContactFlowId"]
except connect.exceptions.DuplicateResourceException:
    flow = named("list_contact_flows", "ContactFlowSummaryList")["Id"]
    connect.update_contact_flow_content(InstanceId=instance, ContactFlowId=flow, Content=document)
print("view:", view["Name"], view["Status"], "flow:", flow)

chat = connect.start_chat_contact(
    InstanceId=instance,
    ContactFlowId=flow,
    ParticipantDetails={"DisplayName": "Ada"},
    Attributes={"name": "Ada"},
    # Without the interactive types the flow takes the branch NoMatchingError and sends no view.
    SupportedMessagingContentTypes=["text/plain", INTERACTIVE, INTERACTIVE + ".response"],
)
connection = participant.create_participant_connection(
    ParticipantToken=chat["ParticipantToken"], Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True
)["ConnectionCredentials"]["ConnectionToken"]


def await_(what, read):
    """What read returns, once it is something, within ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if found := read():
            return found
        time.sleep(0.1)
    sys.exit(f"there is no {what}")


def view_message():
    page = participant.get_transcript(ConnectionToken=connection, SortOrder="DESCENDING", MaxResults=100)
    return next((item["Content"] for item in page["Transcript"] if item["ContentType"] == INTERACTIVE), None)


def stars():
    attributes = connect.get_contact_attributes(InstanceId=instance, InitialContactId=chat["ContactId"])["Attributes"]
    return attributes.get("stars")


shown = json.loads(await_("view", view_message))["data"]["content"]
print("shown:", json.dumps(shown["viewData"]))
described = participant.describe_view(ViewToken=shown["viewToken"], ConnectionToken=connection)["View"]
print("actions:", ", ".join(described["Content"]["Actions"]))

answer = {"templateType": "ViewResource", "version": "1.0", "action": "Send", "data": {"stars": "5", "comment": "Thanks"}}
participant.send_message(
    ConnectionToken=connection, ContentType=INTERACTIVE + ".response", Content=json.dumps(answer)
)
print("stars:", await_("attribute", stars))  # the flow has thanked and ended the chat
