"""What people have through an unchanged boto3: security profiles, routing profiles, agent statuses, users.

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


def holds(got, **want):
    assert {name: got.get(name) for name in want} == want, (got, want)


def security_profiles():
    seeded = {p["Name"]: p["Id"] for p in call("list_security_profiles")["SecurityProfileSummaryList"]}
    assert sorted(seeded) == ["Admin", "Agent", "CallCenterManager", "QualityAnalyst"], seeded
    refused("AccessDeniedException", "delete_security_profile", SecurityProfileId=seeded["Admin"])
    refused("InvalidParameterException", "create_security_profile", SecurityProfileName="Odd", Permissions=["No.Such"])
    limits = {"AllowedAccessControlTags": {"a": "b"}, "TagRestrictedResources": ["User"], "HierarchyRestrictedResources": ["User"]}
    made = call("create_security_profile", SecurityProfileName="Mine", Description="D", Permissions=["Users.View", "BasicAgentAccess"], Tags={"k": "v"}, **limits)
    name = {"SecurityProfileId": made["SecurityProfileId"]}
    refused("DuplicateResourceException", "create_security_profile", SecurityProfileName="Mine")
    holds(call("describe_security_profile", **name)["SecurityProfile"], SecurityProfileName="Mine", Description="D", Tags={"k": "v"}, **limits)
    assert call("list_security_profile_permissions", **name)["Permissions"] == ["BasicAgentAccess", "Users.View"]
    call("update_security_profile", SecurityProfileId=made["SecurityProfileArn"], Description="E", Permissions=["Users.Edit", "Users.View", "Queues.View"])
    pages = [p["Permissions"] for p in connect.get_paginator("list_security_profile_permissions").paginate(InstanceId=INSTANCE, PaginationConfig={"PageSize": 2}, **name)]
    assert pages == [["Queues.View", "Users.Edit"], ["Users.View"]], pages
    found = call("search_security_profiles", SearchCriteria={"StringCondition": {"FieldName": "name", "Value": "mi", "ComparisonType": "STARTS_WITH"}})
    assert [p["Description"] for p in found["SecurityProfiles"]] == ["E"] and found["ApproximateTotalCount"] == 1, found
    call("delete_security_profile", **name)
    refused("ResourceNotFoundException", "describe_security_profile", **name)


def queue(identifier, channel="CHAT", **more):
    return {"QueueReference": {"QueueId": identifier, "Channel": channel}, **more}


def routing_profiles():
    basic = call("list_routing_profiles")["RoutingProfileSummaryList"]
    assert [p["Name"] for p in basic] == ["Basic Routing Profile"], basic
    one = call("list_queues", QueueTypes=["STANDARD"])["QueueSummaryList"][0]["Id"]
    hours = call("describe_queue", QueueId=one)["Queue"]["HoursOfOperationId"]
    two = call("create_queue", Name="Two", HoursOfOperationId=hours)["QueueId"]
    chats = {"MediaConcurrencies": [{"Channel": "CHAT", "Concurrency": 10, "CrossChannelBehavior": {"BehaviorType": "ROUTE_ANY_CHANNEL"}}]}
    wish = {"Description": "D", "DefaultOutboundQueueId": one, **chats}
    made = call("create_routing_profile", Name="Mine", QueueConfigs=[queue(one, Priority=2, Delay=5)], ManualAssignmentQueueConfigs=[queue(two)], **wish)
    name = {"RoutingProfileId": made["RoutingProfileId"]}
    refused("DuplicateResourceException", "create_routing_profile", Name="Mine", **wish)
    too_many = [{"Channel": "CHAT", "Concurrency": 10}, {"Channel": "VOICE", "Concurrency": 2}]
    refused("InvalidParameterException", "update_routing_profile_concurrency", MediaConcurrencies=too_many, **name)
    got = call("describe_routing_profile", **name)["RoutingProfile"]
    holds(got, Name="Mine", NumberOfAssociatedQueues=1, NumberOfAssociatedUsers=0, IsDefault=False, AgentAvailabilityTimer="TIME_SINCE_LAST_ACTIVITY", **wish)
    both = [queue(one, channel, Priority=1, Delay=0) for channel in ("CHAT", "VOICE", "TASK")]
    made = call("create_routing_profile", Name="Both", QueueConfigs=both, ManualAssignmentQueueConfigs=[queue(two), queue(two, "VOICE")], **wish)
    got = call("describe_routing_profile", RoutingProfileId=made["RoutingProfileId"])["RoutingProfile"]
    holds(got, AssociatedQueueIds=[one], NumberOfAssociatedQueues=1, AssociatedManualAssignmentQueueIds=[two], NumberOfAssociatedManualAssignmentQueues=1)
    found = call("search_routing_profiles", SearchCriteria={"StringCondition": {"FieldName": "name", "Value": "Both", "ComparisonType": "EXACT"}})
    holds(found["RoutingProfiles"][0], AssociatedQueueIds=[one], NumberOfAssociatedQueues=1, AssociatedManualAssignmentQueueIds=[two])
    call("delete_routing_profile", RoutingProfileId=made["RoutingProfileId"])
    call("associate_routing_profile_queues", QueueConfigs=[queue(two, Priority=1, Delay=0)], **name)
    call("update_routing_profile_queues", QueueConfigs=[queue(one, Priority=3, Delay=7)], **name)
    pages = connect.get_paginator("list_routing_profile_queues").paginate(InstanceId=INSTANCE, PaginationConfig={"PageSize": 1}, **name)
    listed = [(q["QueueId"], q["Priority"], q["Delay"]) for p in pages for q in p["RoutingProfileQueueConfigSummaryList"]]
    assert listed == [(two, 1, 0), (one, 3, 7)], listed
    manual = call("list_routing_profile_manual_assignment_queues", **name)["RoutingProfileManualAssignmentQueueConfigSummaryList"]
    assert [q["QueueName"] for q in manual] == ["Two"], manual
    call("disassociate_routing_profile_queues", QueueReferences=[{"QueueId": one, "Channel": "CHAT"}], **name)
    refused("ResourceNotFoundException", "update_routing_profile_queues", QueueConfigs=[queue(one, Priority=1, Delay=1)], **name)
    call("update_routing_profile_name", Name="Yours", Description="E", **name)
    call("update_routing_profile_concurrency", MediaConcurrencies=[{"Channel": "CHAT", "Concurrency": 3}], **name)
    call("update_routing_profile_default_outbound_queue", DefaultOutboundQueueId=two, **name)
    call("update_routing_profile_agent_availability_timer", AgentAvailabilityTimer="TIME_SINCE_LAST_INBOUND", **name)
    found = call("search_routing_profiles", SearchCriteria={"StringCondition": {"FieldName": "description", "Value": "E", "ComparisonType": "EXACT"}})
    holds(found["RoutingProfiles"][0], Name="Yours", DefaultOutboundQueueId=two, AssociatedQueueIds=[two], AgentAvailabilityTimer="TIME_SINCE_LAST_INBOUND")
    for of, names in ((two, ["Yours"]), (one, ["Basic Routing Profile"])):
        found = call("search_routing_profiles", SearchCriteria={"StringCondition": {"FieldName": "associatedQueueIds", "Value": of, "ComparisonType": "EXACT"}})
        assert [p["Name"] for p in found["RoutingProfiles"]] == names, found
    call("delete_routing_profile", **name)
    refused("ResourceNotFoundException", "delete_routing_profile", **name)


def agent_statuses():
    seeded = {s["Name"]: (s["Type"], s["Id"]) for s in call("list_agent_statuses")["AgentStatusSummaryList"]}
    assert {n: t for n, (t, _) in seeded.items()} == {"Available": "ROUTABLE", "Offline": "OFFLINE"}, seeded
    refused("InvalidRequestException", "update_agent_status", AgentStatusId=seeded["Offline"][1], State="DISABLED")
    name = {"AgentStatusId": call("create_agent_status", Name="Lunch", Description="D", State="ENABLED", DisplayOrder=7, Tags={"k": "v"})["AgentStatusId"]}
    refused("DuplicateResourceException", "create_agent_status", Name="Lunch", State="ENABLED")
    holds(call("describe_agent_status", **name)["AgentStatus"], Name="Lunch", Description="D", State="ENABLED", DisplayOrder=7, Type="CUSTOM", Tags={"k": "v"})
    found = call("search_agent_statuses", SearchCriteria={"StringCondition": {"FieldName": "displayOrder", "Value": "7", "ComparisonType": "EXACT"}})
    assert [s["Name"] for s in found["AgentStatuses"]] == ["Lunch"], found
    call("update_agent_status", Name="Break", State="DISABLED", ResetOrderNumber=True, **name)
    holds(call("describe_agent_status", **name)["AgentStatus"], Name="Break", Description="D", State="DISABLED", DisplayOrder=None)
    assert [s["Name"] for s in call("list_agent_statuses", AgentStatusTypes=["CUSTOM"])["AgentStatusSummaryList"]] == ["Break"]
    found = call("search_agent_statuses", SearchFilter={"AttributeFilter": {"TagCondition": {"TagKey": "k"}}})
    assert [s["Name"] for s in found["AgentStatuses"]] == ["Break"], found


def users():
    security = {p["Name"]: p["Id"] for p in call("list_security_profiles")["SecurityProfileSummaryList"]}
    basic = call("list_routing_profiles")["RoutingProfileSummaryList"][0]["Id"]
    before = [u["Username"] for u in call("list_users")["UserSummaryList"]]
    had = call("describe_routing_profile", RoutingProfileId=basic)["RoutingProfile"]["NumberOfAssociatedUsers"]
    phone = {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 30}
    who = {"FirstName": "A", "LastName": "B", "Email": "a@example.com"}
    own = {"PhoneConfig": phone, "SecurityProfileIds": [security["Agent"]], "RoutingProfileId": basic}
    made = call("create_user", Username="one", Password="Secret-Pass-1", IdentityInfo=who, Tags={"k": "v"}, **own)
    name = {"UserId": made["UserId"]}
    assert made["UserArn"].endswith("/agent/" + made["UserId"]), made
    refused("DuplicateResourceException", "create_user", Username="one", **own)
    refused("ResourceNotFoundException", "create_user", Username="two", **{**own, "RoutingProfileId": security["Agent"]})
    got = call("describe_user", **name)["User"]
    holds(got, Username="one", IdentityInfo=who, Tags={"k": "v"}, **own)
    assert "Secret-Pass-1" not in str(got) and "argon2" not in str(got), got
    refused("ResourceInUseException", "delete_routing_profile", RoutingProfileId=basic)
    refused("ResourceInUseException", "delete_security_profile", SecurityProfileId=security["Agent"])
    assert call("describe_routing_profile", RoutingProfileId=basic)["RoutingProfile"]["NumberOfAssociatedUsers"] == had + 1
    queue = call("describe_routing_profile", RoutingProfileId=basic)["RoutingProfile"]["DefaultOutboundQueueId"]
    other = call("create_routing_profile", Name="Other", Description="D", DefaultOutboundQueueId=queue, MediaConcurrencies=[{"Channel": "CHAT", "Concurrency": 1}])["RoutingProfileId"]
    two = {"SecurityProfileIds": sorted([security["Agent"], security["Admin"]])}
    auto = {"AutoAcceptConfigs": [{"Channel": "CHAT", "AutoAccept": True}]}
    call("update_user_identity_info", IdentityInfo={**who, "LastName": "C"}, **name)
    call("update_user_phone_config", PhoneConfig={**phone, "AutoAccept": False}, **name)
    call("update_user_routing_profile", RoutingProfileId=other, **name)
    call("update_user_security_profiles", **two, **name)
    call("update_user_config", **auto, **name)
    holds(call("describe_user", **name)["User"], IdentityInfo={**who, "LastName": "C"}, PhoneConfig={**phone, "AutoAccept": False}, RoutingProfileId=other, **two, **auto)
    call("create_user", Username="two", **own)
    pages = connect.get_paginator("list_users").paginate(InstanceId=INSTANCE, PaginationConfig={"PageSize": 1})
    assert sorted(u["Username"] for p in pages for u in p["UserSummaryList"]) == sorted(before + ["one", "two"])
    found = call("search_users", SearchCriteria={"StringCondition": {"FieldName": "LastName", "Value": "C", "ComparisonType": "EXACT"}})
    assert [u["Username"] for u in found["Users"]] == ["one"] and found["ApproximateTotalCount"] == 1, found
    found = call("search_users", SearchCriteria={"StringCondition": {"FieldName": "SecurityProfileId", "Value": security["Admin"], "ComparisonType": "EXACT"}})
    assert {"one", "two"} & {u["Username"] for u in found["Users"]} == {"one"}, found
    call("delete_user", **name)
    refused("ResourceNotFoundException", "describe_user", **name)
    call("delete_routing_profile", RoutingProfileId=other)


security_profiles()
routing_profiles()
agent_statuses()
users()
print(json.dumps({"operations": sorted(operations)}))
