"""Creates the flows and modules of a directory in an instance, each under the name and the type that it says itself. Flows that
name others are created after them. Works with Amazon Connect and with Parley (AWS_ENDPOINT_URL_CONNECT names its address).

    python3 examples/load.py INSTANCE-ID examples/flows
"""

import json
import pathlib
import re
import sys

import boto3
from botocore.exceptions import ClientError

TYPES = {
    "contactFlow": "CONTACT_FLOW",
    "customerQueue": "CUSTOMER_QUEUE",
    "customerWhisper": "CUSTOMER_WHISPER",
    "agentWhisper": "AGENT_WHISPER",
    "agentTransfer": "AGENT_TRANSFER",
    "queueTransfer": "QUEUE_TRANSFER",
}


class Flow:
    def __init__(self, path):
        self.content = path.read_text()
        document = json.loads(self.content)
        metadata = document.get("Metadata", {})
        self.name = metadata.get("name", path.stem)
        self.module = "Settings" in document
        self.type = TYPES.get(metadata.get("type"), "CONTACT_FLOW")
        self.names = set(re.findall(r'name:(?:flow|module)/([^":]*)', self.content)) - {self.name}

    def create(self, connect, instance):
        common = {"InstanceId": instance, "Name": self.name, "Content": self.content}
        if self.module:
            return connect.create_contact_flow_module(**common)["Id"]
        return connect.create_contact_flow(Type=self.type, **common)["ContactFlowId"]


def main(instance, directory):
    connect = boto3.client("connect")
    left = [Flow(path) for path in sorted(pathlib.Path(directory).glob("*.json"))]
    refused = 0
    while left:
        waiting = {flow.name for flow in left}
        ready = [flow for flow in left if not flow.names & waiting] or left  # in a circle: let the server say so
        for flow in ready:
            try:
                print(flow.create(connect, instance), flow.name)
            except ClientError as error:
                refused += 1
                print(f"{flow.name}: {error}", file=sys.stderr)
        left = [flow for flow in left if flow not in ready]
    sys.exit(refused > 0)


main(*sys.argv[1:])
