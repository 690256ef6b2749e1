"""How Terraform's Connect resources call the API, replayed through an unchanged boto3: apply, a
plan that then finds nothing to do, changes, again such a plan, destroy. The sequences are those of
its AWS provider: what is made is described, lists are paged, queues of a profile go in tens, quick
connects of a queue in fifties; an update's answer is not read; what is not found is gone.

Prints a JSON object that names the operations which succeeded; ends with a traceback when
something is wrong.
"""
import json

import boto3

operations = set()


def note(http_response, model, **_):
    if http_response.status_code < 300:
        operations.add(f"{model.service_model.service_name}.{model.name}")


connect = boto3.client("connect")
connect.meta.events.register("after-call", note)
TAGS = {"by": "terraform"}


def call(operation, **members):
    answer = getattr(connect, operation)(InstanceId=INSTANCE, **members)
    answer.pop("ResponseMetadata")
    return answer


def gone(operation, **members):
    try:
        call(operation, **members)
    except connect.exceptions.ResourceNotFoundException:
        return
    raise AssertionError(f"{operation} still finds it")


def listed(operation, result, size, **members):
    pages = connect.get_paginator(operation).paginate(InstanceId=INSTANCE, PaginationConfig={"PageSize": size}, **members)
    return [one for page in pages for one in page[result]]


def instance():
    made = connect.create_instance(
        ClientToken="terraform-1", IdentityManagementType="CONNECT_MANAGED", InstanceAlias="terraform", InboundCallsEnabled=True, OutboundCallsEnabled=False
    )
    got = connect.describe_instance(InstanceId=made["Id"])["Instance"]
    assert got["InstanceStatus"] == "ACTIVE", got
    attributes = {"CONTACTFLOW_LOGS": "true", "EARLY_MEDIA": "false"}
    for kind, value in attributes.items():
        connect.update_instance_attribute(InstanceId=made["Id"], AttributeType=kind, Value=value)
    for kind, value in attributes.items():
        assert connect.describe_instance_attribute(InstanceId=made["Id"], AttributeType=kind)["Attribute"]["Value"] == value
    return made["Id"]


INSTANCE = instance()


class Resource:
    """A resource in Terraform's state: what was configured, its id, and how it is read."""

    def __init__(self, noun, member, read, **config):
        self.noun, self.member, self.reader, self.config = noun, member, read, config

    def made(self, answer):
        self.id = answer[self.member]
        return self

    def name(self):
        return {self.member: self.id}

    def update(self, operation, send=None, **config):
        """One of the calls that an update consists of; send is what it is called with, if not the configuration."""
        call(operation, **self.name(), **(config if send is None else send))
        self.config.update(config)

    def plan(self):
        """What differs between the configuration and what is there: {} is an empty plan."""
        got = self.reader(self)
        return {key: (want, got.get(key)) for key, want in self.config.items() if got.get(key) != want}

    def destroy(self):
        call("delete_" + self.noun, **self.name())
        gone("describe_" + self.noun, **self.name())


def described(result, **more):
    """Reads by Describe, and members that other calls tell."""

    def read(r):
        got = call("describe_" + r.noun, **r.name())[result]
        return {**got, **{key: tell(r) for key, tell in more.items()}}

    return read


def hours():
    slot = {"Day": "MONDAY", "StartTime": {"Hours": 8, "Minutes": 0}, "EndTime": {"Hours": 17, "Minutes": 30}}
    r = Resource("hours_of_operation", "HoursOfOperationId", described("HoursOfOperation"), Name="hours", TimeZone="Europe/Berlin", Config=[slot], Tags=TAGS)
    return r.made(call("create_hours_of_operation", **r.config))


def quick_connects(count):
    for n in range(count):
        config = {"QuickConnectType": "PHONE_NUMBER", "PhoneConfig": {"PhoneNumber": f"+1555{n:04}"}}
        r = Resource("quick_connect", "QuickConnectId", described("QuickConnect"), Name=f"quick {n}", Description="D", QuickConnectConfig=config, Tags=TAGS)
        yield r.made(call("create_quick_connect", **r.config))


def quick_ids(r):
    return {q["Id"] for q in listed("list_queue_quick_connects", "QuickConnectSummaryList", 60, **r.name())}


def queue(name, when, quick=()):
    """A queue; it is made with no more than fifty quick connects, the others follow."""
    ids = [q.id for q in quick]
    own = {"Name": name, "Description": "D", "HoursOfOperationId": when.id, "MaxContacts": 9, "OutboundCallerConfig": {"OutboundCallerIdName": "Us"}, "Tags": TAGS}
    r = Resource("queue", "QueueId", described("Queue", quick=quick_ids), **own, Status="ENABLED", quick=set(ids))
    r.made(call("create_queue", **own, **({"QuickConnectIds": ids[:50]} if ids else {})))
    if ids[50:]:
        call("associate_queue_quick_connects", QuickConnectIds=ids[50:], **r.name())
    return r


def served(queue, priority=1):
    return {"Priority": priority, "Delay": 2, "QueueReference": {"QueueId": queue.id, "Channel": "CHAT"}}


def profile_queues(r):
    all = listed("list_routing_profile_queues", "RoutingProfileQueueConfigSummaryList", 60, **r.name())
    return {q["QueueId"]: (q["Channel"], q["Priority"], q["Delay"]) for q in all}


def routing_profile(queues):
    own = {"Name": "routing", "Description": "D", "DefaultOutboundQueueId": queues[0].id, "Tags": TAGS, "MediaConcurrencies": [{"Channel": "CHAT", "Concurrency": 3}]}
    r = Resource("routing_profile", "RoutingProfileId", described("RoutingProfile", queues=profile_queues), **own, queues={q.id: ("CHAT", 1, 2) for q in queues})
    r.made(call("create_routing_profile", QueueConfigs=[served(q) for q in queues[:10]], **own))
    for at in range(10, len(queues), 10):
        call("associate_routing_profile_queues", QueueConfigs=[served(q) for q in queues[at : at + 10]], **r.name())
    return r


def permissions(r):
    return set(listed_names("list_security_profile_permissions", "Permissions", **r.name()))


def listed_names(operation, result, **members):
    return [name for page in connect.get_paginator(operation).paginate(InstanceId=INSTANCE, PaginationConfig={"PageSize": 60}, **members) for name in page[result]]


def security_profile():
    own = {"SecurityProfileName": "security", "Description": "D", "Tags": TAGS}
    may = {"BasicAgentAccess", "OutboundCallAccess"}
    r = Resource("security_profile", "SecurityProfileId", described("SecurityProfile", may=permissions), **own, may=may)
    return r.made(call("create_security_profile", Permissions=sorted(may), **own))


def levels(_=None):
    return {level: what["Name"] for level, what in call("describe_user_hierarchy_structure")["HierarchyStructure"].items()}


def structure(**names):
    call("update_user_hierarchy_structure", HierarchyStructure={level: {"Name": name} for level, name in names.items()})
    assert levels() == names, levels()


def group(name, parent=None):
    def path(r):
        got = call("describe_user_hierarchy_group", **r.name())["HierarchyGroup"]["HierarchyPath"]
        return [got[level]["Id"] for level in ("LevelOne", "LevelTwo") if level in got]

    r = Resource("user_hierarchy_group", "HierarchyGroupId", described("HierarchyGroup", path=path), Name=name, Tags=TAGS)
    r.made(call("create_user_hierarchy_group", Name=name, Tags=TAGS, **({"ParentGroupId": parent.id} if parent else {})))
    r.config["path"] = ([parent.id] if parent else []) + [r.id]
    return r


def user(routing, security, team):
    own = {
        "Username": "user", "RoutingProfileId": routing.id, "SecurityProfileIds": [security.id], "HierarchyGroupId": team.id, "Tags": TAGS,
        "IdentityInfo": {"FirstName": "F", "LastName": "L"}, "PhoneConfig": {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 5},
    }
    r = Resource("user", "UserId", described("User"), **own)
    return r.made(call("create_user", Password="Secret-Pass-1", **own))


def retagged(r, arn):
    connect.untag_resource(resourceArn=arn, tagKeys=["by"])
    connect.tag_resource(resourceArn=arn, tags={"for": "tests"})
    r.config["Tags"] = {"for": "tests"}


def nothing_to_do(state):
    for r in state:
        assert r.plan() == {}, (r.noun, r.plan())


def apply():
    when, quick = hours(), list(quick_connects(62))
    queues = [queue("first", when, quick)] + [queue(f"queue {n}", when) for n in range(11)]
    routing, security = routing_profile(queues), security_profile()
    structure(LevelOne="Site", LevelTwo="Team")
    site = group("site")
    team = group("team", site)
    return when, quick, queues, routing, security, site, team, user(routing, security, team)


def change(when, quick, queues, routing, security, site, team, who):
    first = queues[0]
    first.update("update_queue_name", Name="renamed", Description="E")
    first.update("update_queue_max_contacts", MaxContacts=5)
    first.update("update_queue_status", Status="DISABLED")
    first.update("update_queue_outbound_caller_config", OutboundCallerConfig={"OutboundCallerIdName": "You"})
    gone_ids = [q.id for q in quick[:52]]
    for at in range(0, len(gone_ids), 50):
        call("disassociate_queue_quick_connects", QuickConnectIds=gone_ids[at : at + 50], **first.name())
    first.config["quick"] -= set(gone_ids)
    retagged(first, call("describe_queue", **first.name())["Queue"]["QueueArn"])
    quick[0].update("update_quick_connect_name", Name="changed", Description="E")
    quick[0].update("update_quick_connect_config", QuickConnectConfig={"QuickConnectType": "PHONE_NUMBER", "PhoneConfig": {"PhoneNumber": "+15559999"}})
    routing.update("update_routing_profile_concurrency", MediaConcurrencies=[{"Channel": "CHAT", "Concurrency": 1}])
    call("disassociate_routing_profile_queues", QueueReferences=[{"QueueId": first.id, "Channel": "CHAT"}], **routing.name())
    call("associate_routing_profile_queues", QueueConfigs=[served(first, 7)], **routing.name())
    routing.config["queues"][first.id] = ("CHAT", 7, 2)
    security.update("update_security_profile", send={"Description": "E", "Permissions": ["Users.View"]}, Description="E", may={"Users.View"})
    team.update("update_user_hierarchy_group_name", Name="other team")
    who.update("update_user_hierarchy", HierarchyGroupId=site.id)
    who.update("update_user_identity_info", IdentityInfo={"FirstName": "G"})
    when.update("update_hours_of_operation", Name="other hours", TimeZone="UTC")
    retagged(who, call("describe_user", **who.name())["User"]["Arn"])


def destroy(when, quick, queues, routing, security, site, team, who):
    who.destroy()
    team.destroy()
    site.destroy()
    structure()
    for r in (security, routing, *queues, *quick, when):
        r.destroy()
    connect.delete_instance(InstanceId=INSTANCE)
    try:
        connect.describe_instance(InstanceId=INSTANCE)
    except connect.exceptions.ResourceNotFoundException:
        return
    raise AssertionError("the instance is still there")


state = apply()
flat = [r for part in state for r in (part if isinstance(part, list) else [part])]
nothing_to_do(flat)
change(*state)
nothing_to_do(flat)
destroy(*state)
print(json.dumps({"operations": sorted(operations)}))
