"""A bridge between a messenger and Parley: what somebody writes there is said in a chat here, and answers go back.

    BRIDGE_FLOW_ARN=arn:aws:connect:... BRIDGE_ANSWERS=https://messenger.example/send PARLEY_WEBHOOK_SECRET=... \\
    AWS_ENDPOINT_URL_CONNECT=http://127.0.0.1:8080 AWS_DEFAULT_REGION=us-east-1 python3 bridge.py 8099

The messenger posts {"from": ..., "text": ...} to /messenger, with "stop": true when somebody leaves, and gets {"to": ..., "text": ...}.
Parley posts what is said to /answers: start it with --streaming 'bridge=http://127.0.0.1:8099/answers' --allow-outbound 127.0.0.1
and with the same PARLEY_WEBHOOK_SECRET. Who is behind which chat is told by an attribute of the chat, so nothing is kept here.
"""
import base64
import hashlib
import hmac
import json
import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3

FLOW, ANSWERS, SECRET = os.environ["BRIDGE_FLOW_ARN"], os.environ["BRIDGE_ANSWERS"], os.environ["PARLEY_WEBHOOK_SECRET"].encode()
INSTANCE = FLOW.split("/")[1]
connect = boto3.client("connect")


def from_messenger(update):
    event = {"Type": "DISCONNECT"} if update.get("stop") else {"Type": "MESSAGE", "ContentType": "text/plain", "Content": update["text"]}
    connect.send_chat_integration_event(
        SourceId=update["from"], DestinationId=FLOW, Subtype="example:Messenger", Event=event,
        NewSessionDetails={"ParticipantDetails": {"DisplayName": update["from"]}, "Attributes": {"messenger": update["from"]},
                           "StreamingConfiguration": {"StreamingEndpointArn": "arn:aws:sns:us-east-1:000000000000:bridge"}})


def from_parley(headers, body):
    proof = hmac.new(SECRET, f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body, hashlib.sha256).digest()
    if not hmac.compare_digest("v1," + base64.b64encode(proof).decode(), headers["Webhook-Signature"] or ""):
        raise PermissionError("this is not from Parley")
    item = json.loads(json.loads(body)["Message"])
    visible = json.loads(body)["MessageAttributes"]["MessageVisibility"]["Value"] in ("ALL", "CUSTOMER")
    if item["Type"] == "MESSAGE" and item.get("ParticipantRole") != "CUSTOMER" and visible:
        chat = connect.get_contact_attributes(InstanceId=INSTANCE, InitialContactId=item["InitialContactId"])["Attributes"]
        answer = json.dumps({"id": headers["Webhook-Id"], "to": chat["messenger"], "text": item["Content"]}).encode()
        urllib.request.urlopen(urllib.request.Request(ANSWERS, answer, {"Content-Type": "application/json"}), timeout=4).close()


class Bridge(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:  # whoever gets anything but 2xx sends it again
            from_messenger(json.loads(body)) if self.path == "/messenger" else from_parley(self.headers, body)
            self.send_response(204)
        except Exception as wrong:
            print("again:", wrong, file=sys.stderr)
            self.send_response(403 if isinstance(wrong, PermissionError) else 503)
        self.end_headers()

    def log_message(self, *_):
        pass  # who writes with whom is nobody's business


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Bridge).serve_forever()
