// What an instance is made of, by kind: how its things are listed, read, made, changed and deleted, and what the form of one has. One list and one
// form (Things.svelte, Thing.svelte) serve all kinds; a new kind is a description here.
import type { QuickResponse, Widget, WidgetChange, WidgetField } from "../api/openapi";
import type { Api } from "../api/api";
import { all, connect, type Thing } from "./connect";
import { by, description, many, name, one, rows, same, some, text, type Kind, type Values } from "./kind";
import { attributes, groups, overrides, prompts, quickConnects, views } from "./morekinds";

const queues: Kind = {
  slug: "queues",
  title: "Queues",
  one: "queue",
  about: "Where contacts wait for an agent.",
  ...by("Queues"),
  columns: [],
  fields: [
    name,
    description,
    { name: "HoursOfOperationId", label: "Hours of operation", type: "choice", of: "hours", required: true },
    { name: "MaxContacts", label: "Most contacts that may wait", type: "number", hint: "Empty for no bound." },
    { name: "Status", label: "Takes contacts", type: "choice", options: [{ value: "ENABLED", label: "Yes" }, { value: "DISABLED", label: "No" }], only: "old" },
    { name: "QuickConnects", label: "Quick connects of its chats", type: "many", of: "quickconnect", only: "old" },
  ],
  list: async (api) => (await all(api, "ListQueues", "QueueSummaryList", { queueTypes: ["STANDARD"] })).map((q) => ({ id: text(q.Id), name: text(q.Name), cells: [] })),
  load: async (api, id) => {
    const q = (await connect(api, "DescribeQueue", { QueueId: id })).Queue as Thing;
    const quick = await all(api, "ListQueueQuickConnects", "QuickConnectSummaryList", { QueueId: id });
    return { name: text(q.Name), arn: text(q.QueueArn), values: { QuickConnects: quick.map((c) => text(c.Id)), Name: text(q.Name), Description: text(q.Description), HoursOfOperationId: text(q.HoursOfOperationId), MaxContacts: text(q.MaxContacts), Status: text(q.Status) } };
  },
  create: async (api, v) => text((await connect(api, "CreateQueue", { Name: one(v, "Name"), Description: some(one(v, "Description")), HoursOfOperationId: one(v, "HoursOfOperationId"), MaxContacts: one(v, "MaxContacts") ? Number(one(v, "MaxContacts")) : undefined })).QueueId),
  update: async (api, id, v, was) => {
    if (!same(v, was, "Name", "Description")) await connect(api, "UpdateQueueName", { QueueId: id, Name: one(v, "Name"), Description: some(one(v, "Description")) });
    if (!same(v, was, "HoursOfOperationId")) await connect(api, "UpdateQueueHoursOfOperation", { QueueId: id, HoursOfOperationId: one(v, "HoursOfOperationId") });
    if (!same(v, was, "MaxContacts")) await connect(api, "UpdateQueueMaxContacts", { QueueId: id, MaxContacts: one(v, "MaxContacts") ? Number(one(v, "MaxContacts")) : undefined });
    if (!same(v, was, "Status")) await connect(api, "UpdateQueueStatus", { QueueId: id, Status: one(v, "Status") });
    const [added, gone] = [beyond(v, was, "QuickConnects"), beyond(was, v, "QuickConnects")];
    for (let at = 0; at < added.length; at += 50) await connect(api, "AssociateQueueQuickConnects", { QueueId: id, QuickConnectIds: added.slice(at, at + 50) });
    for (let at = 0; at < gone.length; at += 50) await connect(api, "DisassociateQueueQuickConnects", { QueueId: id, QuickConnectIds: gone.slice(at, at + 50) });
  },
  remove: async (api, id) => void (await connect(api, "DeleteQueue", { QueueId: id })),
};

const routing: Kind = {
  slug: "routing-profiles",
  title: "Routing profiles",
  one: "routing profile",
  about: "Which queues an agent serves, and how many chats at a time.",
  ...by("RoutingPolicies"),
  columns: [],
  fields: [
    name,
    { ...description, required: true },
    { name: "Concurrency", label: "Chats at a time", type: "number", required: true, hint: "1 to 10, after-contact work among them." },
    {
      name: "Queues", label: "Queues that it serves", type: "rows", row: "queue", hint: "Of what waits, the lowest priority goes first; a delay is how many seconds a chat waits before these agents get it.",
      columns: [{ name: "queue", label: "Queue", type: "choice", of: "queue" }, { name: "priority", label: "Priority", type: "number", fresh: "1" }, { name: "delay", label: "Delay", type: "number", fresh: "0" }],
    },
    { name: "DefaultOutboundQueueId", label: "Default outbound queue", type: "choice", of: "queue", required: true },
  ],
  fresh: { Concurrency: "2" },
  list: async (api) => (await all(api, "ListRoutingProfiles", "RoutingProfileSummaryList")).map((p) => ({ id: text(p.Id), name: text(p.Name), cells: [] })),
  load: async (api, id) => {
    const p = (await connect(api, "DescribeRoutingProfile", { RoutingProfileId: id })).RoutingProfile as Thing;
    const served = await all(api, "ListRoutingProfileQueues", "RoutingProfileQueueConfigSummaryList", { RoutingProfileId: id });
    return {
      name: text(p.Name),
      arn: text(p.RoutingProfileArn),
      values: {
        Name: text(p.Name),
        Description: text(p.Description),
        Concurrency: text((p.MediaConcurrencies as Thing[]).find((m) => m.Channel === "CHAT")?.Concurrency),
        Queues: JSON.stringify(served.filter((q) => q.Channel === "CHAT").map((q) => ({ queue: text(q.QueueId), priority: text(q.Priority), delay: text(q.Delay ?? 0) }))),
        DefaultOutboundQueueId: text(p.DefaultOutboundQueueId),
      },
    };
  },
  create: async (api, v) =>
    text(
      (
        await connect(api, "CreateRoutingProfile", {
          Name: one(v, "Name"),
          Description: one(v, "Description"),
          DefaultOutboundQueueId: one(v, "DefaultOutboundQueueId"),
          MediaConcurrencies: [{ Channel: "CHAT", Concurrency: Number(one(v, "Concurrency")) }],
          QueueConfigs: rows(v, "Queues").length ? rows(v, "Queues").map(served) : undefined,
        })
      ).RoutingProfileId,
    ),
  update: async (api, id, v, was) => {
    const RoutingProfileId = id;
    if (!same(v, was, "Name", "Description")) await connect(api, "UpdateRoutingProfileName", { RoutingProfileId, Name: one(v, "Name"), Description: one(v, "Description") });
    if (!same(v, was, "Concurrency")) await connect(api, "UpdateRoutingProfileConcurrency", { RoutingProfileId, MediaConcurrencies: [{ Channel: "CHAT", Concurrency: Number(one(v, "Concurrency")) }] });
    if (!same(v, was, "DefaultOutboundQueueId")) await connect(api, "UpdateRoutingProfileDefaultOutboundQueue", { RoutingProfileId, DefaultOutboundQueueId: one(v, "DefaultOutboundQueueId") });
    const [now, before] = [rows(v, "Queues"), rows(was, "Queues")];
    const of = (list: Record<string, string>[], one: Record<string, string>) => list.find((other) => other.queue === one.queue);
    const added = now.filter((one) => !of(before, one));
    const changed = now.filter((one) => of(before, one) && JSON.stringify(served(of(before, one)!)) !== JSON.stringify(served(one)));
    const gone = before.filter((one) => !of(now, one)).map((one) => one.queue);
    for (let at = 0; at < changed.length; at += 10) await connect(api, "UpdateRoutingProfileQueues", { RoutingProfileId, QueueConfigs: changed.slice(at, at + 10).map(served) });
    for (let at = 0; at < added.length; at += 10) await connect(api, "AssociateRoutingProfileQueues", { RoutingProfileId, QueueConfigs: added.slice(at, at + 10).map(served) });
    if (gone.length) await connect(api, "DisassociateRoutingProfileQueues", { RoutingProfileId, QueueReferences: gone.map((QueueId) => ({ QueueId, Channel: "CHAT" })) });
  },
  remove: async (api, id) => void (await connect(api, "DeleteRoutingProfile", { RoutingProfileId: id })),
};

/** What is chosen in some values and not in others. */
function beyond(v: Values, others: Values, name: string): string[] {
  return many(v, name).filter((id) => !many(others, name).includes(id));
}

function served({ queue, priority, delay }: Record<string, string>): Thing {
  return { QueueReference: { QueueId: queue, Channel: "CHAT" }, Priority: Number(priority), Delay: Number(delay) };
}

const hours: Kind = {
  slug: "hours",
  title: "Hours",
  one: "hours of operation",
  about: "When queues are open. An end at 23:59 is the end of the day; hours that end before they begin end on the next day.",
  ...by("HoursOfOperation"),
  columns: [],
  fields: [name, description, { name: "TimeZone", label: "Time zone", type: "text", required: true, hint: "As in Europe/Berlin." }, { name: "Config", label: "Open", type: "week" }],
  fresh: { TimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, Config: "[]" },
  list: async (api) => (await all(api, "ListHoursOfOperations", "HoursOfOperationSummaryList")).map((h) => ({ id: text(h.Id), name: text(h.Name), cells: [] })),
  load: async (api, id) => {
    const h = (await connect(api, "DescribeHoursOfOperation", { HoursOfOperationId: id })).HoursOfOperation as Thing;
    return { name: text(h.Name), arn: text(h.HoursOfOperationArn), values: { Name: text(h.Name), Description: text(h.Description), TimeZone: text(h.TimeZone), Config: JSON.stringify(h.Config ?? []) } };
  },
  create: async (api, v) => text((await connect(api, "CreateHoursOfOperation", { Name: one(v, "Name"), Description: some(one(v, "Description")), TimeZone: one(v, "TimeZone"), Config: JSON.parse(one(v, "Config")) as unknown })).HoursOfOperationId),
  update: async (api, id, v) => void (await connect(api, "UpdateHoursOfOperation", { HoursOfOperationId: id, Name: one(v, "Name"), Description: one(v, "Description"), TimeZone: one(v, "TimeZone"), Config: JSON.parse(one(v, "Config")) as unknown })),
  remove: async (api, id) => void (await connect(api, "DeleteHoursOfOperation", { HoursOfOperationId: id })),
};

const users: Kind = {
  slug: "users",
  title: "Users",
  one: "user",
  about: "Who signs in here: agents, supervisors, administrators.",
  ...by("Users"),
  columns: [],
  fields: [
    { name: "Username", label: "User name", type: "text", required: true, fixed: true },
    { name: "Password", label: "Password", type: "password", required: true, only: "new", hint: "12 characters or more." },
    { name: "FirstName", label: "First name", type: "text", required: true },
    { name: "LastName", label: "Last name", type: "text" },
    { name: "Email", label: "E-mail", type: "text" },
    { name: "RoutingProfileId", label: "Routing profile", type: "choice", of: "routing", required: true },
    { name: "SecurityProfileIds", label: "Security profiles", type: "many", of: "security", required: true },
    { name: "HierarchyGroupId", label: "Group in the hierarchy", type: "choice", of: "group" },
    { name: "Work", label: "Seconds of after-contact work", type: "number", hint: "0 for as long as the agent takes." },
    { name: "AutoAccept", label: "Takes offered contacts by itself", type: "switch" },
    {
      name: "Skills", label: "Proficiencies", type: "rows", row: "proficiency", only: "old", hint: "By a predefined attribute and one of its values; the level is 1 to 5.",
      columns: [{ name: "attribute", label: "Attribute", type: "text" }, { name: "value", label: "Value", type: "text" }, { name: "level", label: "Level", type: "number", fresh: "3" }],
    },
  ],
  fresh: { Work: "0" },
  list: async (api) => (await all(api, "ListUsers", "UserSummaryList")).map((u) => ({ id: text(u.Id), name: text(u.Username), cells: [] })),
  load: async (api, id) => {
    const u = (await connect(api, "DescribeUser", { UserId: id })).User as Thing;
    const who = (u.IdentityInfo ?? {}) as Thing;
    const phone = (u.PhoneConfig ?? {}) as Thing;
    const skills = await all(api, "ListUserProficiencies", "UserProficiencyList", { UserId: id });
    return {
      name: text(u.Username),
      arn: text(u.Arn),
      values: {
        Username: text(u.Username), FirstName: text(who.FirstName), LastName: text(who.LastName), Email: text(who.Email), RoutingProfileId: text(u.RoutingProfileId),
        SecurityProfileIds: (u.SecurityProfileIds ?? []) as string[], HierarchyGroupId: text(u.HierarchyGroupId), Work: text(phone.AfterContactWorkTimeLimit ?? 0), AutoAccept: phone.AutoAccept ? "true" : "",
        Skills: JSON.stringify(skills.map((s) => ({ attribute: text(s.AttributeName), value: text(s.AttributeValue), level: text(s.Level) }))),
      },
    };
  },
  create: async (api, v) =>
    text((await connect(api, "CreateUser", { Username: one(v, "Username"), Password: text(v.Password), IdentityInfo: identity(v), PhoneConfig: phoneOf(v), RoutingProfileId: one(v, "RoutingProfileId"), SecurityProfileIds: many(v, "SecurityProfileIds"), HierarchyGroupId: some(one(v, "HierarchyGroupId")) })).UserId),
  update: async (api, id, v, was) => {
    if (!same(v, was, "FirstName", "LastName", "Email")) await connect(api, "UpdateUserIdentityInfo", { UserId: id, IdentityInfo: identity(v) });
    if (!same(v, was, "RoutingProfileId")) await connect(api, "UpdateUserRoutingProfile", { UserId: id, RoutingProfileId: one(v, "RoutingProfileId") });
    if (!same(v, was, "SecurityProfileIds")) await connect(api, "UpdateUserSecurityProfiles", { UserId: id, SecurityProfileIds: many(v, "SecurityProfileIds") });
    if (!same(v, was, "HierarchyGroupId")) await connect(api, "UpdateUserHierarchy", { UserId: id, HierarchyGroupId: some(one(v, "HierarchyGroupId")) });
    if (!same(v, was, "Work", "AutoAccept")) await connect(api, "UpdateUserPhoneConfig", { UserId: id, PhoneConfig: phoneOf(v) });
    if (!same(v, was, "Skills")) await learn(api, id, rows(v, "Skills"), rows(was, "Skills"));
  },
  remove: async (api, id) => void (await connect(api, "DeleteUser", { UserId: id })),
};

/** Makes a user proficient in what is now said, and in nothing else that was. */
async function learn(api: Api, UserId: string, now: Record<string, string>[], before: Record<string, string>[]): Promise<void> {
  const of = (list: Record<string, string>[], one: Record<string, string>) => list.find((other) => other.attribute === one.attribute && other.value === one.value);
  const plain = (one: Record<string, string>) => ({ AttributeName: one.attribute, AttributeValue: one.value });
  const levelled = (one: Record<string, string>) => ({ ...plain(one), Level: Number(one.level) });
  const gone = before.filter((one) => !of(now, one)).map(plain);
  const changed = now.filter((one) => of(before, one) && of(before, one)!.level !== one.level).map(levelled);
  const added = now.filter((one) => !of(before, one)).map(levelled);
  for (let at = 0; at < gone.length; at += 10) await connect(api, "DisassociateUserProficiencies", { UserId, UserProficiencies: gone.slice(at, at + 10) });
  for (let at = 0; at < changed.length; at += 10) await connect(api, "UpdateUserProficiencies", { UserId, UserProficiencies: changed.slice(at, at + 10) });
  for (let at = 0; at < added.length; at += 10) await connect(api, "AssociateUserProficiencies", { UserId, UserProficiencies: added.slice(at, at + 10) });
}

const identity = (v: Values): Thing => ({ FirstName: one(v, "FirstName"), LastName: some(one(v, "LastName")), Email: some(one(v, "Email")) });
const phoneOf = (v: Values): Thing => ({ PhoneType: "SOFT_PHONE", AutoAccept: v.AutoAccept === "true", AfterContactWorkTimeLimit: Number(one(v, "Work") || 0) });

const statuses: Kind = {
  slug: "statuses",
  title: "Statuses",
  one: "status",
  about: "What agents choose beside Available and Offline. None can be deleted; one that is off cannot be chosen.",
  view: ["AgentStates.View", "AgentStates.Create", "AgentStates.Edit"],
  mayCreate: "AgentStates.Create",
  mayEdit: "AgentStates.Edit",
  columns: ["Kind"],
  fields: [name, description, { name: "State", label: "Can be chosen", type: "choice", options: [{ value: "ENABLED", label: "Yes" }, { value: "DISABLED", label: "No" }], required: true }, { name: "DisplayOrder", label: "Place in the list", type: "number" }],
  fresh: { State: "ENABLED" },
  list: async (api) => (await all(api, "ListAgentStatuses", "AgentStatusSummaryList")).map((s) => ({ id: text(s.Id), name: text(s.Name), cells: [words[text(s.Type)] ?? text(s.Type)] })),
  load: async (api, id) => {
    const s = (await connect(api, "DescribeAgentStatus", { AgentStatusId: id })).AgentStatus as Thing;
    return { name: text(s.Name), arn: text(s.AgentStatusARN), values: { Name: text(s.Name), Description: text(s.Description), State: text(s.State), DisplayOrder: text(s.DisplayOrder) } };
  },
  create: async (api, v) => text((await connect(api, "CreateAgentStatus", { Name: one(v, "Name"), Description: some(one(v, "Description")), State: one(v, "State"), DisplayOrder: one(v, "DisplayOrder") ? Number(one(v, "DisplayOrder")) : undefined })).AgentStatusId),
  update: async (api, id, v, was) =>
    void (await connect(api, "UpdateAgentStatus", {
      AgentStatusId: id,
      Name: same(v, was, "Name") ? undefined : one(v, "Name"),
      Description: same(v, was, "Description") ? undefined : one(v, "Description"),
      State: same(v, was, "State") ? undefined : one(v, "State"),
      DisplayOrder: same(v, was, "DisplayOrder") || !one(v, "DisplayOrder") ? undefined : Number(one(v, "DisplayOrder")),
      ResetOrderNumber: !one(v, "DisplayOrder") && one(was, "DisplayOrder") ? true : undefined,
    })),
};

const words: Record<string, string> = { ROUTABLE: "Takes contacts", CUSTOM: "Takes none", OFFLINE: "Offline" };

const security: Kind = {
  slug: "security-profiles",
  title: "Security profiles",
  one: "security profile",
  about: "What users may do. Nobody can grant what their own profiles do not grant them.",
  ...by("SecurityProfiles"),
  columns: [],
  fields: [{ ...name, fixed: true }, description, { name: "Permissions", label: "Permissions", type: "many", of: "permissions" }],
  list: async (api) => (await all(api, "ListSecurityProfiles", "SecurityProfileSummaryList")).map((p) => ({ id: text(p.Id), name: text(p.Name), cells: [] })),
  load: async (api, id) => {
    const p = (await connect(api, "DescribeSecurityProfile", { SecurityProfileId: id })).SecurityProfile as Thing;
    const granted = await all(api, "ListSecurityProfilePermissions", "Permissions", { SecurityProfileId: id });
    return { name: text(p.SecurityProfileName), arn: text(p.Arn), values: { Name: text(p.SecurityProfileName), Description: text(p.Description), Permissions: granted.map(text).sort() } };
  },
  create: async (api, v) => text((await connect(api, "CreateSecurityProfile", { SecurityProfileName: one(v, "Name"), Description: some(one(v, "Description")), Permissions: many(v, "Permissions") })).SecurityProfileId),
  update: async (api, id, v, was) => void (await connect(api, "UpdateSecurityProfile", { SecurityProfileId: id, Description: same(v, was, "Description") ? undefined : one(v, "Description"), Permissions: same(v, was, "Permissions") ? undefined : many(v, "Permissions") })),
  remove: async (api, id) => void (await connect(api, "DeleteSecurityProfile", { SecurityProfileId: id })),
};

const responses: Kind = {
  slug: "quick-responses",
  title: "Quick responses",
  one: "quick response",
  about: "Texts that agents say often, by a shortcut.",
  view: ["ContentManagement.View", "ContentManagement.Edit"],
  mayCreate: "ContentManagement.Create",
  mayEdit: "ContentManagement.Edit",
  mayRemove: "ContentManagement.Delete",
  columns: ["Title", "Language"],
  fields: [
    { name: "shortcut", label: "Shortcut", type: "text", required: true, hint: "Letters, digits, _, . and -." },
    { name: "title", label: "Title", type: "text", required: true },
    { name: "content", label: "Text", type: "long", required: true, hint: "Variables: {{Contact.CustomerName}}, {{Contact.Queue}}, {{Agent.FirstName}}, {{Attributes.KEY}} and others." },
    { name: "content_type", label: "Written in", type: "choice", options: [{ value: "text/plain", label: "Plain text" }, { value: "text/markdown", label: "Markdown" }] },
    { name: "language", label: "Language", type: "text", hint: "As de or de-CH; empty for any." },
    { name: "queues", label: "Only in chats of these queues", type: "many", of: "queue" },
    { name: "routing_profiles", label: "Only for agents of these routing profiles", type: "many", of: "routing" },
    { name: "active", label: "Agents see it", type: "switch" },
  ],
  fresh: { content_type: "text/plain", active: "true" },
  list: async (api) => {
    const found: QuickResponse[] = [];
    for (let after: string | undefined; ; ) {
      const page = await api.ask("GET /api/quick-responses", { query: after ? { after } : {} });
      found.push(...page.quick_responses);
      if (!page.next) break;
      after = page.next;
    }
    return found.map((r) => ({ id: r.id, name: r.shortcut, cells: [r.title, r.language] }));
  },
  load: async (api, id) => {
    const r = await api.ask("GET /api/quick-responses/{response}", { path: { response: id } });
    return { name: r.shortcut, values: { shortcut: r.shortcut, title: r.title, content: r.content, content_type: r.content_type, language: r.language, queues: r.queues, routing_profiles: r.routing_profiles, active: r.active ? "true" : "" } };
  },
  create: async (api, v) => (await api.ask("POST /api/quick-responses", { body: response(v) })).id,
  update: async (api, id, v) => void (await api.ask("PUT /api/quick-responses/{response}", { path: { response: id }, body: response(v) })),
  remove: async (api, id) => void (await api.ask("DELETE /api/quick-responses/{response}", { path: { response: id } })),
};

function response(v: Values) {
  return {
    shortcut: one(v, "shortcut"), title: one(v, "title"), content: text(v.content), content_type: one(v, "content_type") as "text/plain", language: one(v, "language"),
    queues: many(v, "queues"), routing_profiles: many(v, "routing_profiles"), active: v.active === "true",
  };
}

const widgets: Kind = {
  slug: "widgets",
  title: "Widgets",
  one: "widget",
  about: "The chat on your sites: where it may be shown, which flow it starts, what it asks.",
  view: ["Widgets.View", "Widgets.Edit"],
  mayCreate: "Widgets.Edit",
  mayEdit: "Widgets.Edit",
  mayRemove: "Widgets.Edit",
  columns: ["Sites"],
  fields: [
    { ...name, name: "name" },
    { name: "flow_id", label: "Flow that it starts", type: "choice", of: "flow", required: true },
    { name: "origins", label: "Sites that may show it", type: "lines", hint: "One a line, as in https://shop.example" },
    { name: "signed_only", label: "Only customers whom the site has signed in", type: "switch" },
    { name: "typing_preview", label: "Agents see what customers write before they send it; the widget tells them so", type: "switch" },
    { name: "web_push", label: "Customers may ask to be told of answers on their device while they are away (Web Push)", type: "switch" },
    { name: "separate_devices", label: "A signed-in customer's chat stays on one device", type: "switch" },
    { name: "keep_history", label: "A signed-in customer's next chat shows the one before", type: "switch" },
    { name: "queue_id", label: "Queue whose hours and room visitors are told of", type: "choice", of: "queue" },
    { name: "message_flow_id", label: "Flow of messages that are left while it is closed or full", type: "choice", of: "flow", hint: "Without one, nobody can leave a message." },
    { name: "starts_per_minute", label: "Chats a minute from one address", type: "number" },
    { name: "title", label: "Heading", type: "text" },
    { name: "greeting", label: "Greeting", type: "long" },
    { name: "colour", label: "Colour", type: "text", hint: "As #1a5fb4; empty for the pages' own." },
    {
      name: "fields", label: "Asked before the chat", type: "rows", row: "question", hint: "At most 10. The answer to DisplayName is the visitor's name; the others become attributes of the contact, HostedWidget-… by their names.",
      columns: [
        { name: "name", label: "Name", type: "text" },
        { name: "label", label: "What visitors read", type: "text" },
        { name: "type", label: "Kind", type: "choice", fresh: "text", options: [{ value: "text", label: "A line" }, { value: "long", label: "Several lines" }, { value: "email", label: "E-mail address" }, { value: "tel", label: "Telephone number" }] },
        { name: "required", label: "Must be answered", type: "switch" },
      ],
    },
    { name: "jwks_url", label: "URL of the keys with which the site signs", type: "text", hint: "A JSON Web Key Set, beside the keys below. Empty for none." },
  ],
  list: async (api) => (await api.ask("GET /api/widgets")).widgets.map((w) => ({ id: w.id, name: w.name, cells: [w.origins.join(", ")] })),
  load: async (api, id) => {
    const w = await api.ask("GET /api/widgets/{widget}", { path: { widget: id } });
    return {
      name: w.name,
      values: {
        name: w.name, flow_id: w.flow_id, origins: w.origins.join("\n"), signed_only: w.signed_only ? "true" : "", typing_preview: w.typing_preview ? "true" : "",
        web_push: w.web_push ? "true" : "", separate_devices: w.separate_devices ? "true" : "", keep_history: w.keep_history ? "true" : "", queue_id: w.queue_id, message_flow_id: w.message_flow_id, starts_per_minute: String(w.starts_per_minute),
        title: w.look.title ?? "", greeting: w.look.greeting ?? "", colour: w.look.colour ?? "", jwks_url: w.jwks_url,
        fields: JSON.stringify((w.look.fields ?? []).map((asked) => ({ ...asked, required: asked.required ? "true" : "" }))),
      },
    };
  },
  create: async (api, v) => (await api.ask("POST /api/widgets", { body: widget(v) })).id,
  update: async (api, id, v) => {
    const { look }: Widget = await api.ask("GET /api/widgets/{widget}", { path: { widget: id } });
    await api.ask("PATCH /api/widgets/{widget}", { path: { widget: id }, body: widget(v, look) });
  },
  remove: async (api, id) => void (await api.ask("DELETE /api/widgets/{widget}", { path: { widget: id } })),
};

/** What a form says of a widget; what it does not show of the look stays. */
function widget(v: Values, look: Widget["look"] = {}): WidgetChange {
  return {
    name: one(v, "name"), flow_id: one(v, "flow_id"), origins: text(v.origins).split("\n").map((line) => line.trim()).filter(Boolean), signed_only: v.signed_only === "true",
    typing_preview: v.typing_preview === "true", web_push: v.web_push === "true",
    separate_devices: v.separate_devices === "true", keep_history: v.keep_history === "true", queue_id: one(v, "queue_id"), message_flow_id: one(v, "message_flow_id"),
    ...(one(v, "starts_per_minute") && { starts_per_minute: Number(one(v, "starts_per_minute")) }),
    look: { ...look, title: one(v, "title"), greeting: text(v.greeting), colour: one(v, "colour"), fields: rows(v, "fields").map((asked) => ({ name: text(asked.name).trim(), label: text(asked.label).trim(), type: asked.type as WidgetField["type"], required: asked.required === "true" })) },
    jwks_url: one(v, "jwks_url"),
  };
}

export const kinds: Kind[] = [queues, quickConnects, routing, hours, overrides, users, groups, security, statuses, responses, widgets, views, prompts, attributes];
