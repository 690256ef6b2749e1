"""Signs requests with botocore and prints them as JSON, one list.

Two sources: a real client of the connect service, whose requests are caught
before they are sent, and the bare signers over paths and queries from stdin.
"""
import base64, json, sys
import botocore.session
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.credentials import Credentials

spec = json.load(sys.stdin)
keys = Credentials(spec["key"], spec["secret"])
out = []


def emit(name, request):
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    headers = []
    for k, v in request.headers.items():
        headers.append([k, v.decode() if isinstance(v, bytes) else str(v)])
    out.append({"name": name, "method": request.method, "url": request.url, "headers": headers,
                "body": base64.b64encode(body).decode()})


class Empty:
    def stream(self):
        yield b"{}"


def catch(request, event_name, **_):
    emit(event_name, request)
    return AWSResponse(request.url, 200, {}, Empty())


session = botocore.session.Session()
session.set_credentials(spec["key"], spec["secret"])
client = session.create_client("connect", region_name=spec["region"], endpoint_url=spec["endpoint"])
client.meta.events.register("before-send.connect.*", catch)
instance = "arn:aws:connect:us-east-1:123456789012:instance/5b0bd3ba-0a0e-4f5c-9d0f-3d2ad1b2a7e1"
client.list_tags_for_resource(resourceArn=instance + "/queue/a~b +c")
client.untag_resource(resourceArn=instance, tagKeys=["b key", "a+key", "clé", "a/b:c=d"])
client.describe_queue(InstanceId=instance, QueueId="é ü+~!*'()@:,;=&$")
client.list_queues(InstanceId=instance, QueueTypes=["STANDARD", "AGENT"], MaxResults=7)
client.describe_predefined_attribute(InstanceId="i", Name="a b/c d")
client.start_chat_contact(InstanceId=instance, ContactFlowId="f", ParticipantDetails={"DisplayName": "Zoë"},
                          Attributes={"k": "v  w"})
client.delete_instance(InstanceId="a//b/./c/../d")

for method, target, body, headers in spec["bare"]:
    for signer in (SigV4Auth, SigV4QueryAuth):
        if body and signer is SigV4QueryAuth:
            continue
        request = AWSRequest(method, spec["endpoint"] + target, headers=dict(headers), data=body.encode())
        signer(keys, "connect", spec["region"]).add_auth(request)
        emit(signer.__name__ + " " + method + " " + target, request)
json.dump(out, sys.stdout)
