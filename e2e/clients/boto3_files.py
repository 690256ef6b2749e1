"""Files through an unchanged boto3: attachments of a chat, and attached files
of its contact.

Arguments: the instance's id, a flow's id. Prints a JSON object that names the
operations which succeeded; ends with a traceback when something is wrong.
"""
import json
import sys
import urllib.error
import urllib.request
import uuid

import boto3

INSTANCE, FLOW = sys.argv[1:3]
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(1000)
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
        got = error.response["Error"]
        assert got["Code"] == name, f"refused with {got}, want {name}"
        return got["Message"]
    raise AssertionError(f"{call.__name__} succeeded, want {name}")


def put(metadata, body):
    headers = metadata["HeadersToInclude"]
    request = urllib.request.Request(metadata["Url"], data=body, headers=headers, method="PUT")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200, answer.status


def read(url):
    with urllib.request.urlopen(url) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment"), answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff", answer.headers
        return answer.read()


def attach(token):
    started = participant.start_attachment_upload(
        ConnectionToken=token, AttachmentName="photo.png", ContentType="image/png", AttachmentSizeInBytes=len(PICTURE), ClientToken=str(uuid.uuid4())
    )
    complete = dict(ConnectionToken=token, AttachmentIds=[started["AttachmentId"]])
    refused("ValidationException", participant.complete_attachment_upload, **complete, ClientToken="early")
    put(started["UploadMetadata"], PICTURE)
    try:
        put(started["UploadMetadata"], PICTURE)
        raise AssertionError("an upload URL was good twice")
    except urllib.error.HTTPError as error:
        assert error.code == 403, error
    participant.complete_attachment_upload(**complete, ClientToken="done")
    page = participant.get_transcript(ConnectionToken=token, SortOrder="ASCENDING", MaxResults=100)
    shown = [item for item in page["Transcript"] if item["Type"] == "ATTACHMENT"]
    assert shown[0]["Attachments"] == [
        {"AttachmentId": started["AttachmentId"], "AttachmentName": "photo.png", "ContentType": "image/png", "Status": "APPROVED"}
    ], shown
    got = participant.get_attachment(ConnectionToken=token, AttachmentId=started["AttachmentId"], UrlExpiryInSeconds=5)
    assert got["AttachmentSizeInBytes"] == len(PICTURE), got
    assert read(got["Url"]) == PICTURE
    refused("ValidationException", participant.start_attachment_upload, ConnectionToken=token, AttachmentName="a.exe",
            ContentType="application/octet-stream", AttachmentSizeInBytes=1, ClientToken="exe")
    return started["AttachmentId"]


def attach_outside(contact, photo):
    instance = connect.describe_instance(InstanceId=INSTANCE)["Instance"]["Arn"]
    where = dict(InstanceId=INSTANCE, AssociatedResourceArn=f"{instance}/contact/{contact}")
    started = connect.start_attached_file_upload(**where, FileName="a.pdf", FileSizeInBytes=5, FileUseCaseType="ATTACHMENT")
    put(started["UploadUrlMetadata"], b"%PDF-")
    connect.complete_attached_file_upload(**where, FileId=started["FileId"])
    got = connect.get_attached_file(**where, FileId=started["FileId"])
    assert got["FileStatus"] == "APPROVED" and read(got["DownloadUrlMetadata"]["Url"]) == b"%PDF-", got
    batch = connect.batch_get_attached_file_metadata(**where, FileIds=[photo, started["FileId"]])
    assert [f["FileName"] for f in batch["Files"]] == ["photo.png", "a.pdf"], batch
    connect.delete_attached_file(**where, FileId=started["FileId"])
    refused("ResourceNotFoundException", connect.get_attached_file, **where, FileId=started["FileId"])


chat = connect.start_chat_contact(InstanceId=INSTANCE, ContactFlowId=FLOW, ParticipantDetails={"DisplayName": "Customer"})
connection = participant.create_participant_connection(
    ParticipantToken=chat["ParticipantToken"], Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True
)
attach_outside(chat["ContactId"], attach(connection["ConnectionCredentials"]["ConnectionToken"]))
print(json.dumps({"operations": sorted(operations)}))
