"""Calls operations of connect and connectparticipant as it is told, by boto3 or by the AWS CLI, which is driven in this process: a new
interpreter for each of hundreds of calls would take minutes.

Argument: boto3 or aws-cli. Reads a JSON object {"of", "op", "in"} a line, and answers with one: {"out"} or {"error"}.
"""
import contextlib
import io
import json
import re
import sys

from botocore import xform_name


def with_boto3():
    import boto3

    clients = {name: boto3.client(name) for name in ("connect", "connectparticipant")}

    def call(service, operation, members):
        client = clients[service]
        try:
            out = getattr(client, xform_name(operation))(**members)
        except client.exceptions.ClientError as error:
            return {"error": error.response["Error"]["Code"]}
        out.pop("ResponseMetadata")
        return {"out": out}

    return call


def with_cli():
    from awscli.clidriver import create_clidriver

    driver = create_clidriver()

    def call(service, operation, members):
        out, err = io.StringIO(), io.StringIO()
        line = [service, xform_name(operation, "-"), "--no-paginate", "--output", "json", "--cli-input-json", json.dumps(members)]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = driver.main(line)
        if status == 0:
            return {"out": json.loads(out.getvalue() or "{}")}
        refused = re.search(r"An error occurred \((\w+)\)", err.getvalue())
        return {"error": refused.group(1) if refused else err.getvalue()}

    return call


call = {"boto3": with_boto3, "aws-cli": with_cli}[sys.argv[1]]()
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(call(request["of"], request["op"], request["in"]), default=str), flush=True)
