"""Makes one of everything that an instance can have, through an unchanged boto3.

Argument: the instance's id. Ends with a traceback when something is wrong.
"""
import json
import sys

import boto3

INSTANCE = sys.argv[1]
connect = boto3.client("connect")


def call(operation, **members):
    answer = getattr(connect, operation)(InstanceId=INSTANCE, **members)
    answer.pop("ResponseMetadata")
    return answer


def named(operation, member):
    return {x["Name"]: x["Id"] for x in call(operation)[member]}


def block(name, kind, parameters, following=None, errors=("NoMatchingError",)):
    to = {"NextAction": following, "Errors": [{"NextAction": "bye", "ErrorType": e} for e in errors]} if following else {}
    return {"Identifier": name, "Type": kind, "Parameters": parameters, "Transitions": to}


def flow(*blocks):
    bye = block("bye", "DisconnectParticipant", {})
    return json.dumps({"Version": "2019-10-30", "StartAction": blocks[0]["Identifier"], "Metadata": {}, "Actions": [*blocks, bye]})


SETTINGS = json.dumps({"InputParameters": [], "OutputParameters": [], "Transitions": []})


def module(text, *blocks):
    back = block("back", "EndFlowModuleExecution", {})
    say = {"Identifier": "say", "Type": "MessageParticipant", "Parameters": {"Text": text},
           "Transitions": {"NextAction": "back", "Errors": [{"NextAction": "back", "ErrorType": "NoMatchingError"}]}}
    return json.dumps({"Version": "2019-10-30", "StartAction": "say", "Metadata": {}, "Actions": [say, *blocks, back]})


TIME = {"Hours": 9, "Minutes": 0}, {"Hours": 17, "Minutes": 30}


def day(name):
    return {"Day": name, "StartTime": TIME[0], "EndTime": TIME[1]}


# The instance itself, and what is associated with it.
call("update_instance_attribute", AttributeType="CONTACTFLOW_LOGS", Value="true")
call("associate_approved_origin", Origin="https://shop.example.com")
if hasattr(connect, "update_attached_files_configuration"):  # which older clients do not know
    call("update_attached_files_configuration", AttachmentScope="CHAT", MaximumSizeLimitInBytes=1000000,
         ExtensionConfiguration={"AllowedExtensions": [{"Extension": "png"}, {"Extension": "pdf"}]})
call("associate_instance_storage_config", ResourceType="CHAT_TRANSCRIPTS", StorageConfig={
    "StorageType": "S3", "S3Config": {"BucketName": "chats", "BucketPrefix": "all/", "EncryptionConfig": {
        "EncryptionType": "KMS", "KeyId": "arn:aws:kms:us-east-1:123456789012:key/k"}}})
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:lookup"
BOT = "arn:aws:lex:us-east-1:123456789012:bot-alias/BOTIDBOTID/TSTALIASID"
call("associate_lambda_function", FunctionArn=FUNCTION)
call("associate_lambda_function", FunctionArn=FUNCTION + ":prod")
call("associate_bot", LexV2Bot={"AliasArn": BOT})
call("associate_lex_bot", LexBot={"Name": "OldBot", "LexRegion": "us-east-1"})
call("create_integration_association", IntegrationType="EVENT", IntegrationArn="arn:aws:events:us-east-1:123456789012:event-bus/default", Tags={"k": "v"})
call("associate_security_key", Key="-----BEGIN PUBLIC KEY-----\nNEVEREXPORTEDxxx\n-----END PUBLIC KEY-----\n")

# Hours, prompts, views, attributes.
hours = call("create_hours_of_operation", Name="Office: 9/5", Description="D", TimeZone="Europe/Berlin", Config=[day("TUESDAY"), day("MONDAY")], Tags={"k": "v"})["HoursOfOperationId"]
call("create_hours_of_operation_override", HoursOfOperationId=hours, Name="Party", Description="P", Config=[day("FRIDAY")], EffectiveFrom="2030-12-20", EffectiveTill="2030-12-20")
call("create_hours_of_operation_override", HoursOfOperationId=hours, Name="Closed", Config=[], EffectiveFrom="2030-12-24", EffectiveTill="2030-12-26")
prompt = call("create_prompt", Name="Beep", Description="D", S3Uri="s3://sounds/beep.wav", Tags={"k": "v"})["PromptARN"]
call("create_prompt", Name="Said", S3Uri="s3://parley-text/Please%20hold%20%25")
TEMPLATE = {"Head": {"Title": "T"}, "Body": [{"_id": "a", "Type": "TextBlock", "Props": {"Text": "Hi"}, "Content": []}]}


def template(text):
    return {"Template": json.dumps(TEMPLATE).replace("Hi", text), "Actions": ["Next"]}


view = call("create_view", Name="Form", Description="D", Status="PUBLISHED", Content=template("Published"), Tags={"k": "v"})["View"]
call("update_view_content", ViewId=view["Id"], Status="SAVED", Content=template("Draft"))
call("create_view", Name="Sketch", Status="SAVED", Content=template("Never published"))
call("create_predefined_attribute", Name="Language", Values={"StringList": ["English", "Deutsch"]})

# People.
call("update_user_hierarchy_structure", HierarchyStructure={"LevelOne": {"Name": "Country"}, "LevelTwo": {"Name": "Team"}})
top = call("create_user_hierarchy_group", Name="Germany", Tags={"k": "v"})["HierarchyGroupId"]
team = call("create_user_hierarchy_group", Name="Anton's team", ParentGroupId=top)["HierarchyGroupId"]
call("create_agent_status", Name="Lunch", Description="D", State="ENABLED", DisplayOrder=7, Tags={"k": "v"})
call("create_agent_status", Name="Old", State="DISABLED")
security = call("create_security_profile", SecurityProfileName="Shop", Description="D", Permissions=["Users.View", "BasicAgentAccess"], Tags={"k": "v"},
                AllowedAccessControlTags={"a": "b"}, TagRestrictedResources=["User"], HierarchyRestrictedResources=["User"],
                AllowedAccessControlHierarchyGroupId=top)["SecurityProfileId"]
sales = call("create_queue", Name="Sales", Description="D", HoursOfOperationId=hours, MaxContacts=5, Tags={"k": "v"},
             OutboundCallerConfig={"OutboundCallerIdName": "Shop"})
support = call("create_queue", Name="Support: €/$ 100%", HoursOfOperationId=hours)
call("update_queue_status", QueueId=support["QueueId"], Status="DISABLED")


def serves(queue, **more):
    return {"QueueReference": {"QueueId": queue["QueueId"], "Channel": "CHAT"}, **more}


routing = call("create_routing_profile", Name="Shop", Description="D", DefaultOutboundQueueId=sales["QueueId"], Tags={"k": "v"},
               MediaConcurrencies=[{"Channel": "CHAT", "Concurrency": 3, "CrossChannelBehavior": {"BehaviorType": "ROUTE_ANY_CHANNEL"}}],
               QueueConfigs=[serves(sales, Priority=2, Delay=5), serves(support, Priority=1, Delay=0)],
               ManualAssignmentQueueConfigs=[serves(support)], AgentAvailabilityTimer="TIME_SINCE_LAST_INBOUND")["RoutingProfileId"]
own = {"RoutingProfileId": routing, "SecurityProfileIds": [security]}
user = call("create_user", Username="ada@example.com", Password="Secret-Pass-1", IdentityInfo={"FirstName": "Ada", "LastName": "B", "Email": "ada@example.com"},
            PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 30}, HierarchyGroupId=team,
            AutoAcceptConfigs=[{"Channel": "CHAT", "AutoAccept": True}], Tags={"k": "v"}, **own)
call("associate_user_proficiencies", UserId=user["UserId"], UserProficiencies=[
    {"AttributeName": "Language", "AttributeValue": "English", "Level": 5.0}, {"AttributeName": "Language", "AttributeValue": "Deutsch", "Level": 2.0}])
call("create_user", Username="two", Password="Secret-Pass-2", IdentityInfo={"FirstName": "T", "LastName": "U"}, PhoneConfig={"PhoneType": "SOFT_PHONE"}, **own)

# Flows and modules that name one another, in circles.
login = call("create_contact_flow_module", Name="Login", Description="D", Content=module("one"), Settings=SETTINGS, Tags={"k": "v"})
call("create_contact_flow_module_version", ContactFlowModuleId=login["Id"], Description="First")
call("create_contact_flow_module_alias", ContactFlowModuleId=login["Id"], AliasName="prod", Description="What runs", ContactFlowModuleVersion=1)
call("update_contact_flow_module_content", ContactFlowModuleId=login["Id"], Content=module("two"))
call("update_contact_flow_module_content", ContactFlowModuleId=login["Id"] + ":$SAVED", Content=module("three"))
ping = call("create_contact_flow", Name="Ping", Type="CONTACT_FLOW", Content=flow(block("pong", "DisconnectParticipant", {})), Tags={"k": "v"})
pong = call("create_contact_flow", Name="Pong", Type="CONTACT_FLOW", Content=flow(
    block("back", "TransferToFlow", {"ContactFlowId": ping["ContactFlowArn"]}, "bye")))
call("update_contact_flow_content", ContactFlowId=ping["ContactFlowId"], Content=flow(block("on", "TransferToFlow", {"ContactFlowId": pong["ContactFlowArn"]}, "bye")))
call("update_contact_flow_content", ContactFlowId=ping["ContactFlowId"] + ":$SAVED", Content=flow(block("draft", "MessageParticipant", {"Text": "Draft"}, "bye")))
to_queue = call("create_contact_flow", Name="To a queue", Type="QUEUE_TRANSFER", Description="D", Content=flow(
    block("queue", "UpdateContactTargetQueue", {"QueueId": sales["QueueArn"]}, "hours"),
    {"Identifier": "hours", "Type": "CheckHoursOfOperation", "Parameters": {"HoursOfOperationId": hours}, "Transitions": {"NextAction": "bye", "Conditions": [
        {"NextAction": "ask", "Condition": {"Operator": "Equals", "Operands": ["True"]}}, {"NextAction": "bye", "Condition": {"Operator": "Equals", "Operands": ["False"]}}],
        "Errors": [{"NextAction": "bye", "ErrorType": "NoMatchingError"}]}},
    block("ask", "InvokeLambdaFunction", {"LambdaFunctionARN": FUNCTION + ":prod", "InvocationTimeLimitSeconds": "3"}, "beep"),
    block("beep", "MessageParticipant", {"PromptId": prompt}, "login"),
    block("login", "InvokeFlowModule", {"FlowModuleId": login["Arn"] + ":prod"}, "bye")))
call("create_contact_flow", Name="Shows", Type="CONTACT_FLOW", Content=flow(
    {"Identifier": "show", "Type": "ShowView", "Parameters": {"ViewResource": {"Id": view["Arn"] + ":$LATEST"}, "InvocationTimeLimitSeconds": "60"}, "Transitions": {
        "NextAction": "bye", "Conditions": [{"NextAction": "bye", "Condition": {"Operator": "Equals", "Operands": ["Next"]}}],
        "Errors": [{"NextAction": "bye", "ErrorType": t} for t in ("NoMatchingCondition", "NoMatchingError", "TimeLimitExceeded")]}}))
call("create_contact_flow", Name="Never published", Type="CONTACT_FLOW", Status="SAVED", Content=flow(block("hello", "MessageParticipant", {"Text": "Hello"}, "bye")))
call("update_contact_flow_metadata", ContactFlowId=pong["ContactFlowId"], ContactFlowState="ARCHIVED")

# Quick connects: a queue offers one that leads to itself.
quick = call("create_quick_connect", Name="To sales", Description="D", Tags={"k": "v"}, QuickConnectConfig={
    "QuickConnectType": "QUEUE", "QueueConfig": {"QueueId": sales["QueueId"], "ContactFlowId": to_queue["ContactFlowId"]}})["QuickConnectId"]
agent_flow = named("list_contact_flows", "ContactFlowSummaryList")["Default agent transfer"]
person = call("create_quick_connect", Name="To Ada", QuickConnectConfig={
    "QuickConnectType": "USER", "UserConfig": {"UserId": user["UserId"], "ContactFlowId": agent_flow}})["QuickConnectId"]
call("create_quick_connect", Name="Phone", QuickConnectConfig={"QuickConnectType": "PHONE_NUMBER", "PhoneConfig": {"PhoneNumber": "+4930123456"}})
call("associate_queue_quick_connects", QueueId=sales["QueueId"], QuickConnectIds=[quick, person])

# Rules: one names a queue and a user, one is a draft.
when = {"EventSourceName": "OnPostChatAnalysisAvailable"}
chat = "$.ContactLens.PostChat."
first = next(u for u in call("list_users")["UserSummaryList"] if u["Username"] == "agent")
refund = call("create_rule", Name="Refund", TriggerEventSource=when, PublishStatus="PUBLISHED", Actions=[
    {"ActionType": "ASSIGN_CONTACT_CATEGORY", "AssignContactCategoryAction": {}}],
    Function=json.dumps({"Version": "2022-11-25", "RuleFunction": {"Operator": "AND", "Operands": [
        {"Operator": "CONTAINS_ANY", "Operands": ["refund"], "ComparisonValue": chat + "ExactMatch.Transcript"},
        {"Operator": "OR", "Operands": [
            {"Operator": "CONTAINS_ANY", "Operands": [sales["QueueId"]], "ComparisonValue": chat + "Queue.QueueId"},
            {"Operator": "CONTAINS_ANY", "Operands": [first["Arn"]], "ComparisonValue": chat + "Agent.AgentId"}]}]}}))
connect.tag_resource(resourceArn=refund["RuleArn"], tags={"k": "v"})
call("create_rule", Name="Draft", TriggerEventSource={"EventSourceName": "OnRealTimeChatAnalysisAvailable"}, PublishStatus="DRAFT", Actions=[
    {"ActionType": "ASSIGN_CONTACT_CATEGORY", "AssignContactCategoryAction": {}}],
    Function=json.dumps({"Version": "2022-11-25", "RuleFunction": {"Operator": "OR", "Operands": [
        {"Operator": "CONTAINS_ANY", "Operands": ["help"], "ComparisonValue": "$.ContactLens.RealTimeChat.ExactMatch.Transcript"}]}}))

# A test case, which older clients do not know.
if hasattr(connect, "create_test_case"):
    observed = {"Version": "2019-10-30", "Metadata": {}, "Observations": [{"Identifier": "begin", "Event": {
        "Identifier": "b", "Type": "TestInitiated", "Actor": "System", "Properties": {}}, "Actions": [], "Transitions": {}}]}
    case = call("create_test_case", Name="Greeted", Description="D", Content=json.dumps(observed), Status="PUBLISHED", Tags={"k": "v"},
                EntryPoint={"Type": "CHAT", "ChatEntryPointParameters": {"FlowId": ping["ContactFlowId"]}})["TestCaseId"]
    call("update_test_case", TestCaseId=case, Status="SAVED", Content=json.dumps({**observed, "Metadata": {"draft": sales["QueueArn"]}}))
print("made")
