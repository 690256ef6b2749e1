"""Everything about flows through an unchanged boto3: flows, modules, views, prompts, functions, bots, tags.

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
        return error.response
    raise AssertionError(f"{operation} succeeded, want {name}")


def document(text, end):
    say = {
        "Identifier": "say", "Type": "MessageParticipant", "Parameters": {"Text": text},
        "Transitions": {"NextAction": "end", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}], "Conditions": []},
    }
    last = {"Identifier": "end", "Type": end, "Parameters": {}, "Transitions": {}}
    return json.dumps({"Version": "2019-10-30", "StartAction": "say", "Settings": {}, "Actions": [say, last]})


def flows():
    one, two = document("one", "DisconnectParticipant"), document("two", "DisconnectParticipant")
    flow = call("create_contact_flow", Name="Mine", Type="CONTACT_FLOW", Content=one, Status="SAVED", Tags={"team": "a"})
    name = {"ContactFlowId": flow["ContactFlowId"]}
    refused("ContactFlowNotPublishedException", "describe_contact_flow", **name)
    call("update_contact_flow_content", **name, Content=one)
    assert call("create_contact_flow_version", **name)["Version"] == 1
    call("update_contact_flow_content", **name, Content=two)
    problems = refused("InvalidContactFlowException", "update_contact_flow_content", **name, Content='{"Version":"2019-10-30","StartAction":"x","Actions":[]}')
    assert problems["problems"][0]["message"], problems
    back = call("create_contact_flow_version", ContactFlowId=flow["ContactFlowArn"] + ":1", Description="rolled back")
    found = call("describe_contact_flow", **name)["ContactFlow"]
    assert (found["Content"], found["Version"], found["VersionDescription"]) == (one, back["Version"], "rolled back"), found
    listed = call("list_contact_flow_versions", **name)["ContactFlowVersionSummaryList"]
    assert [v["Version"] for v in listed] == [1, 2], listed
    call("delete_contact_flow_version", **name, ContactFlowVersion=1)
    call("update_contact_flow_name", **name, Name="Yours")
    call("update_contact_flow_metadata", **name, Description="D", ContactFlowState="ARCHIVED")
    hits = call("search_contact_flows", SearchFilter={"TagFilter": {"TagCondition": {"TagKey": "team", "TagValue": "a"}}})
    assert [f["Name"] for f in hits["ContactFlows"]] == ["Yours"] and hits["ApproximateTotalCount"] == 1, hits
    tags(flow["ContactFlowArn"])
    call("delete_contact_flow", **name)
    refused("ResourceNotFoundException", "describe_contact_flow", **name)


def tags(arn):
    connect.tag_resource(resourceArn=arn, tags={"shop": "b"})
    connect.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert connect.list_tags_for_resource(resourceArn=arn)["tags"] == {"shop": "b"}


def modules():
    content = document("hello", "EndFlowModuleExecution")
    module = call("create_contact_flow_module", Name="Hello", Content=content, Settings="{}")
    name = {"ContactFlowModuleId": module["Id"]}
    assert call("describe_contact_flow_module", **name)["ContactFlowModule"]["Content"] == content
    problems = refused("InvalidContactFlowModuleException", "update_contact_flow_module_content", **name, Content='{"Version":"2019-10-30","StartAction":"x","Actions":[]}')
    assert problems["Problems"][0]["message"], problems
    call("update_contact_flow_module_content", **name, Content=document("bye", "EndFlowModuleExecution"))
    call("update_contact_flow_module_metadata", **name, Description="D")
    assert call("create_contact_flow_module_version", **name)["Version"] == 1
    alias = {"AliasId": call("create_contact_flow_module_alias", **name, AliasName="prod", ContactFlowModuleVersion=1)["Id"]}
    call("update_contact_flow_module_alias", **name, **alias, Name="live")
    assert call("describe_contact_flow_module_alias", **name, **alias)["ContactFlowModuleAlias"]["Name"] == "live"
    assert call("describe_contact_flow_module", ContactFlowModuleId=module["Id"] + ":live")["ContactFlowModule"]["Version"] == 1
    assert len(call("list_contact_flow_module_aliases", **name)["ContactFlowModuleAliasSummaryList"]) == 1
    assert len(call("list_contact_flow_module_versions", **name)["ContactFlowModuleVersionSummaryList"]) == 1
    call("delete_contact_flow_module_alias", **name, **alias)
    call("delete_contact_flow_module_version", **name, ContactFlowModuleVersion=1)
    assert [m["Id"] for m in call("list_contact_flow_modules")["ContactFlowModulesSummaryList"]] == [module["Id"]]
    assert call("search_contact_flow_modules")["ApproximateTotalCount"] == 1
    call("delete_contact_flow_module", **name)


def views():
    content = {"Template": json.dumps({"Head": {}, "Body": [{"_id": "b", "Type": "Button", "Props": {"Label": "$.Label"}}]}), "Actions": ["Go"]}
    view = call("create_view", Name="Mine", Status="PUBLISHED", Content=content)["View"]
    name = {"ViewId": view["Id"]}
    version = call("create_view_version", **name, ViewContentSha256=view["ViewContentSha256"])["View"]
    assert version["Version"] == 1 and json.loads(version["Content"]["InputSchema"])["required"] == ["Label"], version
    call("update_view_content", **name, Status="SAVED", Content=content)
    call("update_view_metadata", **name, Description="Mine alone")
    assert call("describe_view", **name)["View"]["Description"] == "Mine alone"
    assert call("describe_view", ViewId="form:1")["View"]["Type"] == "AWS_MANAGED"
    assert len(call("list_views")["ViewsSummaryList"]) == 6
    assert call("search_views", SearchCriteria={"ViewTypeCondition": "CUSTOMER_MANAGED"})["ApproximateTotalCount"] == 1
    assert [v["Version"] for v in call("list_view_versions", **name)["ViewVersionSummaryList"]] == [1]
    call("delete_view_version", **name, ViewVersion=1)
    call("delete_view", **name)
    refused("AccessDeniedException", "delete_view", ViewId="form")


def prompts():
    name = {"PromptId": call("create_prompt", Name="Hello", S3Uri="s3://parley-text/Hello%20there")["PromptId"]}
    assert call("get_prompt_file", **name)["PromptPresignedUrl"] == "data:text/plain;charset=utf-8,Hello%20there"
    call("update_prompt", **name, Description="D")
    assert call("describe_prompt", **name)["Prompt"]["Description"] == "D"
    assert len(call("list_prompts")["PromptSummaryList"]) == call("search_prompts")["ApproximateTotalCount"] == 1
    call("delete_prompt", **name)


def associations():
    function = {"FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:Orders"}
    call("associate_lambda_function", **function)
    refused("ResourceConflictException", "associate_lambda_function", **function)
    assert call("list_lambda_functions")["LambdaFunctions"] == [function["FunctionArn"]]
    call("disassociate_lambda_function", **function)
    call("associate_lex_bot", LexBot={"Name": "Order", "LexRegion": "us-east-1"})
    assert call("list_lex_bots")["LexBots"] == [{"Name": "Order", "LexRegion": "us-east-1"}]
    call("disassociate_lex_bot", BotName="Order", LexRegion="us-east-1")
    bot = {"LexV2Bot": {"AliasArn": "arn:aws:lex:us-east-1:123456789012:bot-alias/BOT/ALIAS"}}
    call("associate_bot", **bot)
    assert call("list_bots", LexVersion="V2")["LexBots"] == [bot]
    call("disassociate_bot", **bot)


flows()
modules()
views()
prompts()
associations()
print(json.dumps({"operations": sorted(operations)}))
