"""An agent that is a program: takes every chat, answers what customers say, and leaves when they say "bye".

    PARLEY_URL=http://127.0.0.1:8080 PARLEY_USER=agent PARLEY_PASSWORD=... python3 agent.py

Needs boto3. With each look at its contacts it says that it is there: once it is not, the server notices within ten seconds.
Each message is answered once, also after a restart: its id is the answer's client token. What is followed by a message of
another agent, who had the chat before, is that agent's.
"""
import json
import os
import time
import urllib.request
import boto3
from botocore import UNSIGNED
from botocore.config import Config

URL = os.environ["PARLEY_URL"]
chat = boto3.client("connectparticipant", endpoint_url=URL, region_name="us-east-1", config=Config(signature_version=UNSIGNED))
session, seats, answered = {}, {}, set()

def call(method, path, **body):
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(URL + path, data, {"Content-Type": "application/json", **session}, method=method)) as answer:
        if cookie := answer.headers["Set-Cookie"]:
            session["Cookie"] = cookie.partition(";")[0]
        return json.load(answer)

def seat(contact, participant_token, participant_id):
    made = chat.create_participant_connection(ParticipantToken=participant_token, Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True)
    seats[contact] = made["ConnectionCredentials"]["ConnectionToken"], participant_id

def answer(contact):
    token, me = seats[contact]
    items = chat.get_transcript(ConnectionToken=token, MaxResults=15, SortOrder="ASCENDING")["Transcript"]
    theirs = [n for n, said in enumerate(items) if said["Type"] == "MESSAGE" and said["ParticipantRole"] == "AGENT" and said["ParticipantId"] != me]
    for said in items[max(theirs, default=-1) + 1:]:
        if said["Type"] == "MESSAGE" and said["ParticipantRole"] == "CUSTOMER" and said["Id"] not in answered:
            chat.send_message(ConnectionToken=token, ContentType="text/plain", Content=f"You said: {said['Content']}", ClientToken=said["Id"])
            answered.add(said["Id"])
            if said["Content"].strip().lower() == "bye":
                return call("POST", f"/api/agent/contacts/{contact}/end")

def work():
    for id, state in [(c["contact_id"], c["state"]) for c in call("PUT", "/api/agent/presence", seconds=10)["contacts"]]:
        if state == "CONNECTING":
            seat(id, **call("POST", f"/api/agent/contacts/{id}/accept"))
        elif state != "CONNECTED":
            call("POST", f"/api/agent/contacts/{id}/clear")
        elif id not in seats:
            seat(id, **call("GET", f"/api/agent/contacts/{id}/token"))
        else:
            answer(id)

session["X-CSRF-Token"] = call("POST", "/api/login", username=os.environ["PARLEY_USER"], password=os.environ["PARLEY_PASSWORD"])["csrf_token"]
routable = next(s for s in call("GET", "/api/agent")["statuses"] if s["type"] == "ROUTABLE")
available = False
while True:
    try:
        if not available:  # at first, and after trouble: whoever was not heard of for too long is offline
            call("PUT", "/api/agent/status", status_id=routable["id"])
            available = True
        work()
    except (OSError, chat.exceptions.ClientError) as wrong:  # the customer was faster, or the server restarts
        print("again:", wrong)
        available = False
    time.sleep(0.3)
