"""An agent that is a program: takes every chat, answers what customers say, and leaves when they say "bye".

    PARLEY_URL=http://127.0.0.1:8080 PARLEY_USER=agent PARLEY_PASSWORD=... AWS_REGION=us-east-1 python3 agent.py

Needs boto3. What a customer says is answered once, also after a restart: the transcript tells what was answered.
"""
import json
import os
import time
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.config import Config

URL = os.environ["PARLEY_URL"]
chat = boto3.client("connectparticipant", endpoint_url=URL, config=Config(signature_version=UNSIGNED))
session, seats = {}, {}


def call(method, path, **body):
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(URL + path, data, {"Content-Type": "application/json", **session}, method=method)) as answer:
        if cookie := answer.headers["Set-Cookie"]:
            session["Cookie"] = cookie.partition(";")[0]
        return json.load(answer)


def seat(contact, token):
    made = chat.create_participant_connection(ParticipantToken=token, Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True)
    seats[contact] = made["ConnectionCredentials"]["ConnectionToken"]


def answer(contact):
    items = chat.get_transcript(ConnectionToken=seats[contact], MaxResults=15, SortOrder="DESCENDING")["Transcript"]
    said = next((i for i in items if i["Type"] == "MESSAGE" and i["ParticipantRole"] in ("CUSTOMER", "AGENT")), None)
    if said and said["ParticipantRole"] == "CUSTOMER":
        chat.send_message(ConnectionToken=seats[contact], ContentType="text/plain", Content=f"You said: {said['Content']}", ClientToken=said["Id"])
        if said["Content"].strip().lower() == "bye":
            call("POST", f"/api/agent/contacts/{contact}/end")


def work():
    for c in call("GET", "/api/agent")["contacts"]:
        contact = f"/api/agent/contacts/{c['contact_id']}"
        if c["state"] == "CONNECTING":
            seat(c["contact_id"], call("POST", contact + "/accept")["participant_token"])
        elif c["state"] == "CONNECTED":
            if c["contact_id"] not in seats:
                seat(c["contact_id"], call("GET", contact + "/token")["participant_token"])
            answer(c["contact_id"])
        else:
            call("POST", contact + "/clear")


session["X-CSRF-Token"] = call("POST", "/api/login", username=os.environ["PARLEY_USER"], password=os.environ["PARLEY_PASSWORD"])["csrf_token"]
routable = next(s for s in call("GET", "/api/agent")["statuses"] if s["type"] == "ROUTABLE")
call("PUT", "/api/agent/status", status_id=routable["id"])
while True:
    try:
        work()
    except (OSError, chat.exceptions.ClientError) as wrong:  # the customer was faster, or the server restarts
        print("again:", wrong)
    time.sleep(0.3)
