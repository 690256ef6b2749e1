"""Customers whom a flow asks to sign in, through an unchanged boto3; the provider's page is opened as a browser would.

Arguments: the instance's id, a flow's id, where the provider sends browsers back to. Prints a JSON object that names the operations
which succeeded; ends with a traceback when something is wrong.
"""
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3

INSTANCE, FLOW, BACK = sys.argv[1:4]
operations = set()


def note(http_response, model, **_):
    if http_response.status_code < 300:
        operations.add(f"{model.service_model.service_name}.{model.name}")


connect, participant = boto3.client("connect"), boto3.client("connectparticipant")
for client in (connect, participant):
    client.meta.events.register("after-call", note)


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def browser(url):
    """Signs in at the provider and returns what it sends the browser back with."""
    try:
        urllib.request.build_opener(Stay).open(url)
    except urllib.error.HTTPError as answer:
        back = answer.headers["Location"]
        assert back.startswith(BACK + "?"), back
        return {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(back).query).items()}
    raise AssertionError("the provider does not redirect")


def refused(name, client, do):
    try:
        do()
    except client.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == name, error.response
        return
    raise AssertionError(f"it succeeded, want {name}")


class Chat:
    def __init__(self):
        self.id, token = self.start()
        self.token = participant.create_participant_connection(
            ParticipantToken=token, Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True
        )["ConnectionCredentials"]["ConnectionToken"]
        self.session = json.loads(self.event("authentication.initiated")["Content"])["SessionId"]

    def start(self):
        chat = connect.start_chat_contact(InstanceId=INSTANCE, ContactFlowId=FLOW, ParticipantDetails={"DisplayName": "Visitor"})
        return chat["ContactId"], chat["ParticipantToken"]

    def items(self):
        return participant.get_transcript(ConnectionToken=self.token, MaxResults=100)["Transcript"]

    def until(self, what, found):
        for _ in range(200):
            for item in self.items():
                if found(item):
                    return item
            time.sleep(0.05)
        raise AssertionError(f"no {what} in {self.items()}")

    def event(self, name):
        return self.until(name, lambda item: item["ContentType"].endswith("event." + name))

    def heard(self, text):
        return self.until(text, lambda item: item.get("Content") == text)

    def where(self, session=None, back=BACK):
        return participant.get_authentication_url(ConnectionToken=self.token, SessionId=session or self.session, RedirectUri=back)["AuthenticationUrl"]

    def back(self, **answer):
        return connect.update_participant_authentication(InstanceId=INSTANCE, **answer)


# Who signs in is known by name, and so is the contact.
chat = Chat()
refused("AccessDeniedException", participant, lambda: chat.where("11111111-1111-4111-8111-111111111111"))
refused("ValidationException", participant, lambda: chat.where(back="not a place"))
url = chat.where()
assert "?" in url and url == chat.where(), url
came = browser(url)
refused("InvalidRequestException", connect, lambda: chat.back(State=came["state"]))
refused("InvalidRequestException", connect, lambda: chat.back(State=came["state"], Code="x", Error="y"))
refused("AccessDeniedException", connect, lambda: chat.back(State=came["state"][:-2] + "AA", Code=came["code"]))
chat.back(State=came["state"], Code=came["code"])
refused("ConflictException", connect, lambda: chat.back(State=came["state"], Code=came["code"]))
chat.heard("signed in AUTHENTICATED as customer subject-1")
chat.event("authentication.succeeded")
assert chat.event("participant.displayname.updated")["DisplayName"] == "Ada"
contact = connect.describe_contact(InstanceId=INSTANCE, ContactId=chat.id)["Contact"]
assert contact["CustomerId"] == "subject-1", contact
told = contact["SegmentAttributes"]["connect:CustomerAuthentication"]["ValueMap"]
assert told["Status"]["ValueString"] == "AUTHENTICATED" and told["ClientId"]["ValueString"] == "shop", told
refused("AccessDeniedException", participant, lambda: chat.where())

# Who does not want to goes on without.
chat = Chat()
participant.cancel_participant_authentication(ConnectionToken=chat.token, SessionId=chat.session)
chat.heard("opted out")
chat.event("authentication.cancelled")

# An error of the provider, a code that is none, and a code that was given for another chat.
chat = Chat()
came = browser(chat.where() + "&deny")
chat.back(State=came["state"], Error=came["error"], ErrorDescription=came["error_description"])
chat.heard("failed")
chat.event("authentication.failed")
for code in ("s3cret-code", None):
    chat = Chat()
    came = browser(chat.where())
    if code is None:  # it is for another chat
        other = Chat()
        came["state"] = urllib.parse.parse_qs(urllib.parse.urlsplit(other.where()).query)["state"][0]
        chat = other
    chat.back(State=came["state"], Code=code or came["code"])
    chat.heard("failed")
print(json.dumps({"operations": sorted(operations)}))
