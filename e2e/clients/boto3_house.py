"""What belongs to an instance as a whole through an unchanged boto3: hours, attributes, storage, origins, keys, integrations, tags.

Argument: the instance's id. Prints a JSON object that names the operations
which succeeded; ends with a traceback when something is wrong.
"""
import json
import sys

import boto3

INSTANCE = sys.argv[1]
operations = set()


def note(http_response, model, **_):
    if http_response.status_code < 300:
        operations.add(f"{model.service_model.service_name}.{model.name}")


connect = boto3.client("connect")
connect.meta.events.register("after-call", note)


def call(operation, **members):
    answer = getattr(connect, operation)(InstanceId=INSTANCE, **members)
    answer.pop("ResponseMetadata")
    return answer


def refused(name, operation, **members):
    try:
        call(operation, **members)
    except connect.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == name, error.response
        return
    raise AssertionError(f"{operation} succeeded, want {name}")


def hours():
    nine = {"Day": "MONDAY", "StartTime": {"Hours": 9, "Minutes": 0}, "EndTime": {"Hours": 17, "Minutes": 0}}
    made = call("create_hours_of_operation", Name="Office", TimeZone="Europe/Berlin", Config=[nine], Tags={"team": "a"})
    name = {"HoursOfOperationId": made["HoursOfOperationId"]}
    call("update_hours_of_operation", **name, Description="D")
    got = call("describe_hours_of_operation", **name)["HoursOfOperation"]
    assert got["Config"] == [nine] and got["Description"] == "D" and got["Tags"] == {"team": "a"}, got
    assert len(call("list_hours_of_operations")["HoursOfOperationSummaryList"]) == 2
    tagged = {"TagFilter": {"TagCondition": {"TagKey": "team"}}}
    assert call("search_hours_of_operations", SearchFilter=tagged)["ApproximateTotalCount"] == 1
    members = {"Name": "Holiday", "Config": [], "EffectiveFrom": "2026-05-04", "EffectiveTill": "2026-05-04"}
    one = {**name, "HoursOfOperationOverrideId": call("create_hours_of_operation_override", **name, **members)["HoursOfOperationOverrideId"]}
    call("update_hours_of_operation_override", **one, Description="Closed")
    got = call("describe_hours_of_operation_override", **one)["HoursOfOperationOverride"]
    assert got["Description"] == "Closed" and all(got[member] == value for member, value in members.items()), got
    assert len(call("list_hours_of_operation_overrides", **name)["HoursOfOperationOverrideList"]) == 1
    assert call("search_hours_of_operation_overrides", SearchFilter=tagged)["ApproximateTotalCount"] == 1
    days = call("get_effective_hours_of_operations", **name, FromDate="2026-05-04", ToDate="2026-05-11")
    assert [d["Date"] for d in days["EffectiveHoursOfOperationList"] if d["OperationalHours"]] == ["2026-05-11"], days
    assert days["EffectiveOverrideHoursList"][0]["OverrideHours"][0]["OverrideName"] == "Holiday", days
    call("delete_hours_of_operation_override", **one)
    integration = call("create_integration_association", IntegrationType="APPLICATION", IntegrationArn="arn:aws:app:x", Tags={"team": "b"})
    refused("DuplicateResourceException", "create_integration_association", IntegrationType="APPLICATION", IntegrationArn="arn:aws:app:x")
    listed = call("list_integration_associations", IntegrationType="APPLICATION")["IntegrationAssociationSummaryList"]
    assert [i["IntegrationArn"] for i in listed] == ["arn:aws:app:x"], listed
    for arn in made["HoursOfOperationArn"], integration["IntegrationAssociationArn"]:
        connect.tag_resource(resourceArn=arn, tags={"shop": "c"})
        assert connect.list_tags_for_resource(resourceArn=arn)["tags"]["shop"] == "c"
    found = call("search_resource_tags", SearchCriteria={"TagSearchCondition": {"tagKey": "team", "tagKeyComparisonType": "EXACT"}})["Tags"]
    assert found == [{"key": "team", "value": "a"}, {"key": "team", "value": "b"}], found
    found = call("search_resource_tags", ResourceTypes=["operating-hours"], MaxResults=1)
    assert found["Tags"] == [{"key": "shop", "value": "c"}] and found["NextToken"], found
    call("delete_integration_association", IntegrationAssociationId=integration["IntegrationAssociationId"])
    call("delete_hours_of_operation", **name)
    refused("ResourceNotFoundException", "describe_hours_of_operation", **name)


def attributes():
    pages = connect.get_paginator("list_instance_attributes").paginate(InstanceId=INSTANCE)
    seen = {a["AttributeType"]: a["Value"] for page in pages for a in page["Attributes"]}
    want = {"INBOUND_CALLS": "true", "OUTBOUND_CALLS": "true", "CONTACTFLOW_LOGS": "false", "CONTACT_LENS": "true", "AUTO_RESOLVE_BEST_VOICES": "true", "EARLY_MEDIA": "true", "MULTI_PARTY_CONFERENCE": "false"}
    assert {name: seen[name] for name in want} == want and len(seen) == 13, seen
    for name in "CONTACTFLOW_LOGS", "OUTBOUND_CALLS":
        value = "false" if seen[name] == "true" else "true"
        call("update_instance_attribute", AttributeType=name, Value=value)
        assert call("describe_instance_attribute", AttributeType=name)["Attribute"]["Value"] == value
    refused("InvalidParameterException", "update_instance_attribute", AttributeType="CONTACT_LENS", Value="maybe")


def storage():
    config = {"StorageType": "S3", "S3Config": {"BucketName": "b", "BucketPrefix": "p", "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": "k"}}}
    of = {"ResourceType": "CHAT_TRANSCRIPTS"}
    one = {**of, "AssociationId": call("associate_instance_storage_config", **of, StorageConfig=config)["AssociationId"]}
    refused("ResourceConflictException", "associate_instance_storage_config", **of, StorageConfig=config)
    refused("InvalidRequestException", "associate_instance_storage_config", ResourceType="ATTACHMENTS", StorageConfig={"StorageType": "KINESIS_STREAM"})
    for changed in (
        config,
        {"StorageType": "KINESIS_VIDEO_STREAM", "KinesisVideoStreamConfig": {"Prefix": "p", "RetentionPeriodHours": 3, "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": "k"}}},
        {"StorageType": "KINESIS_STREAM", "KinesisStreamConfig": {"StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s"}},
        {"StorageType": "KINESIS_FIREHOSE", "KinesisFirehoseConfig": {"FirehoseArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/s"}},
    ):
        call("update_instance_storage_config", **one, StorageConfig=changed)
        got = call("describe_instance_storage_config", **one)["StorageConfig"]
        assert got == {**changed, "AssociationId": one["AssociationId"]}, got
    assert call("list_instance_storage_configs", **of)["StorageConfigs"] == [got]
    call("disassociate_instance_storage_config", **one)
    refused("ResourceNotFoundException", "describe_instance_storage_config", **one)


def origins():
    origin = {"Origin": "https://example.com"}
    call("associate_approved_origin", **origin)
    refused("ResourceConflictException", "associate_approved_origin", **origin)
    refused("InvalidParameterException", "associate_approved_origin", Origin="https://example.com/path")
    assert call("list_approved_origins")["Origins"] == ["https://example.com"]
    call("disassociate_approved_origin", **origin)
    refused("ResourceNotFoundException", "disassociate_approved_origin", **origin)


def keys():
    pem = "-----BEGIN PUBLIC KEY-----\n{}AAA\n-----END PUBLIC KEY-----\n"
    ids = [call("associate_security_key", Key=pem.format(letter))["AssociationId"] for letter in "AB"]
    refused("ServiceQuotaExceededException", "associate_security_key", Key=pem.format("C"))
    refused("InvalidParameterException", "associate_security_key", Key="no key")
    assert [k["AssociationId"] for k in call("list_security_keys")["SecurityKeys"]] == ids
    call("disassociate_security_key", AssociationId=ids[0])
    refused("ResourceConflictException", "associate_security_key", Key=pem.format("B"))
    refused("ResourceNotFoundException", "disassociate_security_key", AssociationId=ids[0])


def federation():
    """An access key corresponds to no user, and there is federation for SAML instances only."""
    refused("InvalidRequestException", "get_federation_token")
    saml = connect.create_instance(IdentityManagementType="SAML", InstanceAlias="saml", InboundCallsEnabled=True, OutboundCallsEnabled=False)["Id"]
    try:
        connect.get_federation_token(InstanceId=saml)
    except connect.exceptions.UserNotFoundException as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404, error.response
    else:
        raise AssertionError("a token for nobody")
    connect.delete_instance(InstanceId=saml)


hours()
federation()
attributes()
storage()
origins()
keys()
print(json.dumps({"operations": sorted(operations)}))
