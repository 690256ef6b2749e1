"""Where contacts go, and who can take them, through an unchanged boto3: queues,
quick connects, the hierarchy of users, predefined attributes, proficiencies, tags.

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


def pages(operation, result, key, size=1, **members):
    """The keys of all that a paginator lists, and that no page is larger than it should be."""
    found = []
    for page in connect.get_paginator(operation).paginate(InstanceId=INSTANCE, PaginationConfig={"PageSize": size}, **members):
        assert len(page[result]) <= size, page
        found += [one.get(key) for one in page[result]]
    return found


def name_is(value, field="name"):
    return {"StringCondition": {"FieldName": field, "Value": value, "ComparisonType": "EXACT"}}


def user(name, **more):
    profile = call("list_routing_profiles")["RoutingProfileSummaryList"][0]["Id"]
    security = call("list_security_profiles")["SecurityProfileSummaryList"][0]["Id"]
    return call("create_user", Username=name, RoutingProfileId=profile, SecurityProfileIds=[security], PhoneConfig={"PhoneType": "SOFT_PHONE"}, **more)["UserId"]


def hierarchy():
    empty = call("describe_user_hierarchy_structure")["HierarchyStructure"]
    assert empty == {}, empty
    refused("InvalidRequestException", "create_user_hierarchy_group", Name="No level")
    refused("InvalidRequestException", "update_user_hierarchy_structure", HierarchyStructure={"LevelTwo": {"Name": "Team"}})
    call("update_user_hierarchy_structure", HierarchyStructure={"LevelOne": {"Name": "Site"}, "LevelTwo": {"Name": "Team"}})
    structure = call("describe_user_hierarchy_structure")["HierarchyStructure"]
    assert [(n, v["Id"], v["Name"]) for n, v in sorted(structure.items())] == [("LevelOne", "1", "Site"), ("LevelTwo", "2", "Team")], structure
    site = call("create_user_hierarchy_group", Name="North", Tags={"k": "v"})
    team = call("create_user_hierarchy_group", Name="Chat", ParentGroupId=site["HierarchyGroupArn"])["HierarchyGroupId"]
    site = site["HierarchyGroupId"]
    refused("DuplicateResourceException", "create_user_hierarchy_group", Name="North")
    refused("ResourceNotFoundException", "create_user_hierarchy_group", Name="Odd", ParentGroupId=INSTANCE)
    refused("InvalidRequestException", "create_user_hierarchy_group", Name="Deep", ParentGroupId=team)
    got = call("describe_user_hierarchy_group", HierarchyGroupId=team)["HierarchyGroup"]
    holds(got, Name="Chat", LevelId="2")
    assert [(n, v["Name"]) for n, v in sorted(got["HierarchyPath"].items())] == [("LevelOne", "North"), ("LevelTwo", "Chat")], got
    holds(call("describe_user_hierarchy_group", HierarchyGroupId=site)["HierarchyGroup"], Name="North", LevelId="1", Tags={"k": "v"})
    refused("ResourceInUseException", "update_user_hierarchy_structure", HierarchyStructure={"LevelOne": {"Name": "Site"}})
    call("update_user_hierarchy_group_name", HierarchyGroupId=team, Name="Chats")
    assert sorted(pages("list_user_hierarchy_groups", "UserHierarchyGroupSummaryList", "Name")) == ["Chats", "North"]
    found = call("search_user_hierarchy_groups", SearchCriteria=name_is(site, "parentId"))
    assert [g["Name"] for g in found["UserHierarchyGroups"]] == ["Chats"] and found["ApproximateTotalCount"] == 1, found
    assert pages("search_user_hierarchy_groups", "UserHierarchyGroups", "Name", SearchFilter={"AttributeFilter": {"TagCondition": {"TagKey": "k"}}}) == ["North"]
    members(site, team)
    call("delete_user_hierarchy_group", HierarchyGroupId=team)
    call("delete_user_hierarchy_group", HierarchyGroupId=site)
    refused("ResourceNotFoundException", "describe_user_hierarchy_group", HierarchyGroupId=site)
    call("update_user_hierarchy_structure", HierarchyStructure={})
    assert call("describe_user_hierarchy_structure")["HierarchyStructure"] == {}


def members(site, team):
    """Users in groups: found by group, and in the way of a deletion."""
    one, two = user("one", HierarchyGroupId=team), user("two")
    call("update_user_hierarchy", UserId=two, HierarchyGroupId=site)

    def found(match, **more):
        condition = {"HierarchyGroupCondition": {"Value": site, "HierarchyGroupMatchType": match}}
        return sorted(u["Username"] for u in call("search_users", **{name: wrap(condition) for name, wrap in more.items()})["Users"])

    assert found("EXACT", SearchCriteria=dict) == ["two"]
    assert found("WITH_CHILD_GROUPS", SearchCriteria=dict) == ["one", "two"]
    assert found("WITH_CHILD_GROUPS", SearchFilter=lambda c: {"UserAttributeFilter": {"AndCondition": c}}) == ["one", "two"]
    refused("ResourceInUseException", "delete_user_hierarchy_group", HierarchyGroupId=site)
    refused("ResourceInUseException", "delete_user_hierarchy_group", HierarchyGroupId=team)
    call("update_user_hierarchy", UserId=two)
    assert "HierarchyGroupId" not in call("describe_user", UserId=two)["User"]
    call("delete_user", UserId=one)
    call("delete_user", UserId=two)


def predefined_attributes():
    values = {"Values": {"StringList": ["French", "German"]}, "Purposes": ["x"]}
    call("create_predefined_attribute", Name="My/Language", **values)
    call("create_predefined_attribute", Name="Free", AttributeConfiguration={"EnableValueValidationOnAssociation": False})
    refused("DuplicateResourceException", "create_predefined_attribute", Name="Free")
    got = call("describe_predefined_attribute", Name="My/Language")["PredefinedAttribute"]
    holds(got, Name="My/Language", AttributeConfiguration={"EnableValueValidationOnAssociation": True, "IsReadOnly": False}, **values)
    assert pages("list_predefined_attributes", "PredefinedAttributeSummaryList", "Name") == ["Free", "My/Language"]
    found = call("search_predefined_attributes", SearchCriteria={"StringCondition": {"FieldName": "name", "Value": "my", "ComparisonType": "STARTS_WITH"}})
    assert [a["Name"] for a in found["PredefinedAttributes"]] == ["My/Language"] and found["ApproximateTotalCount"] == 1, found
    call("update_predefined_attribute", Name="My/Language", Purposes=["y"])
    proficiencies()
    call("update_predefined_attribute", Name="My/Language", Values={"StringList": ["Latin"]})
    got = call("describe_predefined_attribute", Name="My/Language")["PredefinedAttribute"]
    holds(got, Purposes=["y"], Values={"StringList": ["Latin"]})
    for name in "My/Language", "Free":
        call("delete_predefined_attribute", Name=name)
        refused("ResourceNotFoundException", "describe_predefined_attribute", Name=name)


def proficiency(attribute, value, **more):
    return {"AttributeName": attribute, "AttributeValue": value, **more}


def proficiencies():
    name = {"UserId": user("three")}
    french, free = proficiency("My/Language", "French", Level=2.0), proficiency("Free", "anything", Level=5.0)
    refused("InvalidParameterException", "associate_user_proficiencies", UserProficiencies=[proficiency("My/Language", "Latin", Level=1.0)], **name)
    refused("ResourceNotFoundException", "associate_user_proficiencies", UserProficiencies=[proficiency("None", "Latin", Level=1.0)], **name)
    call("associate_user_proficiencies", UserProficiencies=[french, free], **name)
    many = [proficiency("Free", str(n), Level=1.0) for n in range(9)]
    refused("InvalidRequestException", "associate_user_proficiencies", UserProficiencies=many, **name)
    assert call("list_user_proficiencies", **name)["UserProficiencyList"] == [free, french]
    call("update_user_proficiencies", UserProficiencies=[{**french, "Level": 3.0}], **name)
    refused("ResourceNotFoundException", "update_user_proficiencies", UserProficiencies=many[:1], **name)
    assert pages("list_user_proficiencies", "UserProficiencyList", "Level", **name) == [5.0, 3.0]
    refused("ResourceInUseException", "delete_predefined_attribute", Name="Free")
    refused("InvalidRequestException", "update_predefined_attribute", Name="My/Language", Values={"StringList": ["German"]})
    call("disassociate_user_proficiencies", UserProficiencies=[proficiency("My/Language", "French")], **name)
    refused("ResourceNotFoundException", "disassociate_user_proficiencies", UserProficiencies=[proficiency("My/Language", "French")], **name)
    assert call("list_user_proficiencies", **name)["UserProficiencyList"] == [free]
    call("delete_user", **name)


def things():
    """What queues and quick connects refer to."""
    basic = call("search_queues", SearchCriteria=name_is("BasicQueue"))["Queues"][0]
    flows = call("list_contact_flows")["ContactFlowSummaryList"]
    transfer = {f["ContactFlowType"]: f["Id"] for f in flows}
    return basic["QueueId"], basic["HoursOfOperationId"], transfer["QUEUE_TRANSFER"], transfer["AGENT_TRANSFER"]


def quick_connects():
    queue, _, to_queue, to_agent = things()
    who = user("four")
    configs = {
        "queue": {"QuickConnectType": "QUEUE", "QueueConfig": {"QueueId": queue, "ContactFlowId": to_queue}},
        "user": {"QuickConnectType": "USER", "UserConfig": {"UserId": who, "ContactFlowId": to_agent}},
        "phone": {"QuickConnectType": "PHONE_NUMBER", "PhoneConfig": {"PhoneNumber": "+15550100"}},
        "flow": {"QuickConnectType": "FLOW", "FlowConfig": {"ContactFlowId": to_queue}},
    }
    ids = {}
    for name, config in configs.items():
        made = call("create_quick_connect", Name=name, Description="D", QuickConnectConfig=config, Tags={"k": name})
        ids[name] = made["QuickConnectId"]
        assert made["QuickConnectARN"].endswith("/transfer-destination/" + ids[name]), made
        got = call("describe_quick_connect", QuickConnectId=made["QuickConnectARN"])["QuickConnect"]
        holds(got, Name=name, Description="D", QuickConnectConfig=config, Tags={"k": name})
    refused("DuplicateResourceException", "create_quick_connect", Name="queue", QuickConnectConfig=configs["phone"])
    refused("InvalidParameterException", "create_quick_connect", Name="odd", QuickConnectConfig={**configs["phone"], "QuickConnectType": "QUEUE"})
    for name, config, other in ("queue", "QueueConfig", to_agent), ("user", "UserConfig", to_queue):
        odd = {**configs[name], config: {**configs[name][config], "ContactFlowId": other}}
        refused("InvalidParameterException", "create_quick_connect", Name="odd", QuickConnectConfig=odd)
        refused("InvalidParameterException", "update_quick_connect_config", QuickConnectId=ids[name], QuickConnectConfig=odd)
    lost = {"QuickConnectType": "USER", "UserConfig": {"UserId": queue, "ContactFlowId": to_agent}}
    refused("ResourceNotFoundException", "create_quick_connect", Name="odd", QuickConnectConfig=lost)
    assert sorted(pages("list_quick_connects", "QuickConnectSummaryList", "Name")) == sorted(configs)
    assert pages("list_quick_connects", "QuickConnectSummaryList", "Name", QuickConnectTypes=["USER"]) == ["user"]
    found = call("search_quick_connects", SearchCriteria={"AndConditions": [name_is("D", "description"), name_is("flow")]})
    assert [q["QuickConnectId"] for q in found["QuickConnects"]] == [ids["flow"]] and found["ApproximateTotalCount"] == 1, found
    assert pages("search_quick_connects", "QuickConnects", "Name", SearchFilter={"TagFilter": {"TagCondition": {"TagKey": "k", "TagValue": "user"}}}) == ["user"]
    call("update_quick_connect_name", QuickConnectId=ids["phone"], Name="moved", Description="E")
    call("update_quick_connect_config", QuickConnectId=ids["phone"], QuickConnectConfig=configs["flow"])
    holds(call("describe_quick_connect", QuickConnectId=ids["phone"])["QuickConnect"], Name="moved", Description="E", QuickConnectConfig=configs["flow"])
    return ids, who


def queues(quick, who):
    _, hours, to_queue, _ = things()
    caller = {"OutboundCallerIdName": "Us", "OutboundFlowId": to_queue}
    wish = {"Description": "D", "HoursOfOperationId": hours, "MaxContacts": 7, "OutboundCallerConfig": caller, "Tags": {"k": "v"}}
    made = call("create_queue", Name="Sales", QuickConnectIds=[quick["queue"]], **wish)
    name = {"QueueId": made["QueueId"]}
    holds(call("describe_queue", QueueId=made["QueueArn"])["Queue"], Name="Sales", Status="ENABLED", **wish)
    refused("DuplicateResourceException", "create_queue", Name="Sales", HoursOfOperationId=hours)
    refused("ResourceNotFoundException", "create_queue", Name="Odd", HoursOfOperationId=hours, QuickConnectIds=[hours])
    refused("InvalidParameterException", "update_queue_outbound_caller_config", OutboundCallerConfig={"OutboundFlowId": ""}, **name)
    other = call("create_hours_of_operation", Name="Other", TimeZone="UTC", Config=[])["HoursOfOperationId"]
    call("update_queue_name", Name="Service", Description="E", **name)
    call("update_queue_hours_of_operation", HoursOfOperationId=other, **name)
    call("update_queue_max_contacts", MaxContacts=9, **name)
    call("update_queue_outbound_caller_config", OutboundCallerConfig={"OutboundCallerIdName": "You"}, **name)
    call("update_queue_status", Status="DISABLED", **name)
    changed = {"HoursOfOperationId": other, "MaxContacts": 9, "OutboundCallerConfig": {"OutboundCallerIdName": "You"}, "Status": "DISABLED"}
    holds(call("describe_queue", **name)["Queue"], Name="Service", Description="E", **changed)
    call("update_queue_max_contacts", **name)
    assert "MaxContacts" not in call("describe_queue", **name)["Queue"]
    refused("InvalidRequestException", "delete_hours_of_operation", HoursOfOperationId=other)
    assert sorted(pages("list_queues", "QueueSummaryList", "Name", QueueTypes=["STANDARD"])) == ["BasicQueue", "Service"]
    users = [u["Id"] for u in call("list_users")["UserSummaryList"]]
    assert who in users and pages("list_queues", "QueueSummaryList", "Id", QueueTypes=["AGENT"]) == ["agent/" + u for u in users]
    assert [n is None for n in pages("list_queues", "QueueSummaryList", "Name")] == [False, False] + [True] * len(users)
    found = call("search_queues", SearchCriteria={"AndConditions": [name_is("Service"), {"QueueTypeCondition": "STANDARD"}]})
    assert [q["QueueId"] for q in found["Queues"]] == [name["QueueId"]] and found["ApproximateTotalCount"] == 1, found
    assert pages("search_queues", "Queues", "Name", SearchFilter={"TagFilter": {"TagCondition": {"TagKey": "k"}}}) == ["Service"]
    call("associate_queue_quick_connects", QuickConnectIds=[quick["user"], quick["phone"]], **name)
    assert sorted(pages("list_queue_quick_connects", "QuickConnectSummaryList", "Name", **name)) == ["moved", "queue", "user"]
    call("disassociate_queue_quick_connects", QuickConnectIds=[quick["queue"]], **name)
    call("delete_quick_connect", QuickConnectId=quick["phone"])
    assert pages("list_queue_quick_connects", "QuickConnectSummaryList", "Name", **name) == ["user"]
    in_use(name["QueueId"], quick["queue"])
    call("delete_queue", **name)
    refused("ResourceNotFoundException", "describe_queue", **name)
    call("delete_hours_of_operation", HoursOfOperationId=other)


def in_use(queue, quick):
    """A queue that a quick connect, a routing profile or a flow names is not deleted."""
    basic, _, to_queue, _ = things()

    def point(at):
        call("update_quick_connect_config", QuickConnectId=quick, QuickConnectConfig={"QuickConnectType": "QUEUE", "QueueConfig": {"QueueId": at, "ContactFlowId": to_queue}})

    point(queue)
    refused("ResourceInUseException", "delete_queue", QueueId=queue)
    point(basic)
    chats = [{"Channel": "CHAT", "Concurrency": 1}]
    profile = call("create_routing_profile", Name="P", Description="D", DefaultOutboundQueueId=queue, MediaConcurrencies=chats)["RoutingProfileId"]
    refused("ResourceInUseException", "delete_queue", QueueId=queue)
    call("delete_routing_profile", RoutingProfileId=profile)
    end = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    to = {"NextAction": "end", "Errors": [{"NextAction": "end", "ErrorType": "NoMatchingError"}]}
    aim = {"Identifier": "aim", "Type": "UpdateContactTargetQueue", "Parameters": {"QueueId": queue}, "Transitions": to}
    content = json.dumps({"Version": "2019-10-30", "StartAction": "aim", "Actions": [aim, end]})
    flows = [call("create_contact_flow", Name=f"F{n}", Type="CONTACT_FLOW", Content=content)["ContactFlowId"] for n in range(7)]
    told = refused("ResourceInUseException", "delete_queue", QueueId=queue)["Error"]["Message"]
    assert told.count("the flow F") == 5 and told.endswith(" and 2 more"), told
    for flow in flows[1:]:
        call("delete_contact_flow", ContactFlowId=flow)
    told = refused("ResourceInUseException", "delete_queue", QueueId=queue)["Error"]["Message"]
    assert told == "QueueId: the queue is in use by the flow F0", told
    call("delete_contact_flow", ContactFlowId=flows[0])


def tags(quick, who):
    """Tags of what is here, beside their Create operations."""
    for arn in (
        call("describe_quick_connect", QuickConnectId=quick["user"])["QuickConnect"]["QuickConnectARN"],
        call("describe_user", UserId=who)["User"]["Arn"],
        call("list_routing_profiles")["RoutingProfileSummaryList"][0]["Arn"],
        call("list_security_profiles")["SecurityProfileSummaryList"][0]["Arn"],
        call("list_agent_statuses")["AgentStatusSummaryList"][0]["Arn"],
    ):
        connect.tag_resource(resourceArn=arn, tags={"mark": arn})
        assert connect.list_tags_for_resource(resourceArn=arn)["tags"]["mark"] == arn
        wanted = {"TagSearchCondition": {"tagKey": "mark", "tagKeyComparisonType": "EXACT"}}
        kind = arn.split("/")[2]
        found = call("search_resource_tags", ResourceTypes=[kind], SearchCriteria=wanted)["Tags"]
        assert found == [{"key": "mark", "value": arn}], found
        connect.untag_resource(resourceArn=arn, tagKeys=["mark"])
        assert "mark" not in connect.list_tags_for_resource(resourceArn=arn)["tags"]
    refused("InvalidParameterException", "search_resource_tags", ResourceTypes=["agent", "agents"])
    assert call("search_resource_tags", ResourceTypes=["standard-queue", "transfer-destination"])["Tags"]


hierarchy()
predefined_attributes()
quick, who = quick_connects()
queues(quick, who)
tags(quick, who)
print(json.dumps({"operations": sorted(operations)}))
