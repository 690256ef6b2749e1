"""Push registrations, through an unchanged boto3. Arguments: the instance's id, a contact's id, a Web Push subscription. Prints a JSON object
that names the operations which succeeded, and the id of the registration that is left."""
import json
import sys

import boto3

INSTANCE, CONTACT, TOKEN = sys.argv[1:4]
operations = set()
connect = boto3.client("connect")
connect.meta.events.register("after-call", lambda http_response, model, **_: http_response.status_code < 300 and operations.add(f"connect.{model.name}"))


def register(token=TOKEN, contact=CONTACT, role="CUSTOMER"):
    return connect.create_push_notification_registration(
        InstanceId=INSTANCE, PinpointAppArn="arn:aws:mobiletargeting:us-east-1:123456789012:apps/none", DeviceToken=token, DeviceType="GCM",
        ContactConfiguration={"ContactId": contact, "ParticipantRole": role},
    )["RegistrationId"]


def remove(registration):
    connect.delete_push_notification_registration(InstanceId=INSTANCE, RegistrationId=registration, ContactId=CONTACT)


def refused(name, do):
    try:
        do()
    except connect.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == name, error.response
        return
    raise AssertionError(f"it succeeded, want {name}")


first = register()
assert register() == first, "the same subscription is registered twice"
refused("InvalidParameterException", lambda: register("the token of a phone"))
refused("InvalidParameterException", lambda: register(role="AGENT"))
refused("InvalidParameterException", lambda: register(TOKEN.replace("127.0.0.1", "169.254.169.254")))
refused("ResourceNotFoundException", lambda: register(contact="11111111-1111-4111-8111-111111111111"))
remove(first)
refused("ResourceNotFoundException", lambda: remove(first))
print(json.dumps({"operations": sorted(operations), "registration": register()}))
