// Kinds of things that flows and agents use: quick connects, overrides of hours, prompts, views, predefined attributes, the hierarchy of users.
import { all, connect, type Thing } from "./connect";
import { by, description, LEVELS, lines, name, one, same, some, text, type Kind, type Values } from "./kind";

const targets: Record<string, string> = { QUEUE: "A queue", USER: "An agent", FLOW: "A flow", PHONE_NUMBER: "A telephone number" };

function target(v: Values): Thing {
  const flow = { ContactFlowId: one(v, "ContactFlowId") };
  const configs: Record<string, Thing> = {
    QUEUE: { QueueConfig: { QueueId: one(v, "QueueId"), ...flow } },
    USER: { UserConfig: { UserId: one(v, "UserId"), ...flow } },
    FLOW: { FlowConfig: flow },
    PHONE_NUMBER: { PhoneConfig: { PhoneNumber: one(v, "PhoneNumber") } },
  };
  return { QuickConnectType: one(v, "Type"), ...configs[one(v, "Type")] };
}

export const quickConnects: Kind = {
  slug: "quick-connects",
  title: "Quick connects",
  one: "quick connect",
  about: "Where agents send chats on, or whom they ask in. Those of a queue are offered to who has a chat of it.",
  ...by("TransferDestinations"),
  columns: ["Leads to"],
  fields: [
    name,
    description,
    { name: "Type", label: "Leads to", type: "choice", required: true, options: Object.entries(targets).map(([value, label]) => ({ value, label })) },
    { name: "QueueId", label: "Queue", type: "choice", of: "queue", required: true, when: (v) => v.Type === "QUEUE" },
    { name: "UserId", label: "Agent", type: "choice", of: "agent", required: true, when: (v) => v.Type === "USER" },
    { name: "PhoneNumber", label: "Telephone number", type: "text", required: true, hint: "As +4930123456. A chat cannot be sent there.", when: (v) => v.Type === "PHONE_NUMBER" },
    { name: "ContactFlowId", label: "Flow on the way", type: "choice", of: "flow", required: true, hint: "One of the type “transfer to queue” or “transfer to agent”, as it fits.", when: (v) => v.Type !== "PHONE_NUMBER" },
  ],
  fresh: { Type: "QUEUE" },
  list: async (api) => (await all(api, "ListQuickConnects", "QuickConnectSummaryList")).map((q) => ({ id: text(q.Id), name: text(q.Name), cells: [targets[text(q.QuickConnectType)] ?? text(q.QuickConnectType)] })),
  load: async (api, id) => {
    const q = (await connect(api, "DescribeQuickConnect", { QuickConnectId: id })).QuickConnect as Thing;
    const c = q.QuickConnectConfig as Thing;
    return {
      name: text(q.Name),
      arn: text(q.QuickConnectARN),
      values: {
        Name: text(q.Name), Description: text(q.Description), Type: text(c.QuickConnectType), QueueId: text(c.QueueConfig?.QueueId), UserId: text(c.UserConfig?.UserId),
        PhoneNumber: text(c.PhoneConfig?.PhoneNumber), ContactFlowId: text((c.QueueConfig ?? c.UserConfig ?? c.FlowConfig)?.ContactFlowId),
      },
    };
  },
  create: async (api, v) => text((await connect(api, "CreateQuickConnect", { Name: one(v, "Name"), Description: some(one(v, "Description")), QuickConnectConfig: target(v) })).QuickConnectId),
  update: async (api, QuickConnectId, v, was) => {
    if (!same(v, was, "Name", "Description")) await connect(api, "UpdateQuickConnectName", { QuickConnectId, Name: one(v, "Name"), Description: one(v, "Description") });
    if (!same(v, was, "Type", "QueueId", "UserId", "PhoneNumber", "ContactFlowId")) await connect(api, "UpdateQuickConnectConfig", { QuickConnectId, QuickConnectConfig: target(v) });
  },
  remove: async (api, QuickConnectId) => void (await connect(api, "DeleteQuickConnect", { QuickConnectId })),
};

const changes: Record<string, string> = { STANDARD: "These hours instead of the usual ones", OPEN: "Open at these times, too", CLOSED: "Closed" };

/** The id of an override in an address: that of its hours, and its own. */
function parted(id: string): { HoursOfOperationId: string; HoursOfOperationOverrideId: string } {
  const [HoursOfOperationId = "", HoursOfOperationOverrideId = ""] = id.split(".");
  return { HoursOfOperationId, HoursOfOperationOverrideId };
}

function override(v: Values): Thing {
  return {
    Name: one(v, "Name"), Description: some(one(v, "Description")), OverrideType: one(v, "OverrideType"), EffectiveFrom: one(v, "EffectiveFrom"), EffectiveTill: one(v, "EffectiveTill"),
    Config: JSON.parse(text(v.Config) || "[]"),
  };
}

export const overrides: Kind = {
  slug: "overrides",
  title: "Overrides of hours",
  one: "override",
  about: "Holidays and other days on which hours of operation are not the usual ones.",
  ...by("HoursOfOperation"),
  columns: ["Hours", "From", "Until", "Then"],
  fields: [
    { name: "HoursOfOperationId", label: "Hours of operation", type: "choice", of: "hours", required: true, fixed: true },
    name,
    description,
    { name: "EffectiveFrom", label: "First day", type: "date", required: true },
    { name: "EffectiveTill", label: "Last day", type: "date", required: true },
    { name: "OverrideType", label: "What changes", type: "choice", required: true, options: Object.entries(changes).map(([value, label]) => ({ value, label })) },
    { name: "Config", label: "Times of these days", type: "week", hint: "Closed without any time means the whole day." },
  ],
  fresh: { OverrideType: "CLOSED", Config: "[]" },
  list: async (api) => {
    const hours = await all(api, "ListHoursOfOperations", "HoursOfOperationSummaryList");
    const found = await Promise.all(hours.map(async (h) => (await all(api, "ListHoursOfOperationOverrides", "HoursOfOperationOverrideList", { HoursOfOperationId: h.Id })).map((o) => ({ h, o }))));
    return found.flat().map(({ h, o }) => ({
      id: `${text(o.HoursOfOperationId)}.${text(o.HoursOfOperationOverrideId)}`,
      name: text(o.Name),
      cells: [text(h.Name), text(o.EffectiveFrom), text(o.EffectiveTill), `${changes[text(o.OverrideType)] ?? ""}${o.RecurrenceConfig ? ", again and again" : ""}`],
    }));
  },
  load: async (api, id) => {
    const o = (await connect(api, "DescribeHoursOfOperationOverride", parted(id))).HoursOfOperationOverride as Thing;
    return {
      name: text(o.Name),
      values: {
        HoursOfOperationId: text(o.HoursOfOperationId), Name: text(o.Name), Description: text(o.Description), OverrideType: text(o.OverrideType), EffectiveFrom: text(o.EffectiveFrom),
        EffectiveTill: text(o.EffectiveTill), Config: JSON.stringify(o.Config ?? []),
      },
    };
  },
  create: async (api, v) => {
    const HoursOfOperationId = one(v, "HoursOfOperationId");
    return `${HoursOfOperationId}.${text((await connect(api, "CreateHoursOfOperationOverride", { HoursOfOperationId, ...override(v) })).HoursOfOperationOverrideId)}`;
  },
  update: async (api, id, v) => void (await connect(api, "UpdateHoursOfOperationOverride", { ...parted(id), ...override(v), Description: one(v, "Description") })),
  remove: async (api, id) => void (await connect(api, "DeleteHoursOfOperationOverride", parted(id))),
};

export const prompts: Kind = {
  slug: "prompts",
  title: "Prompts",
  one: "prompt",
  about: "What flows play in calls. In a chat a prompt says its text: what stands percent-encoded behind s3://parley-text/ in its address.",
  ...by("Prompts"),
  columns: [],
  fields: [
    name,
    description,
    { name: "S3Uri", label: "Address", type: "text", required: true, only: "new", hint: "As s3://parley-text/Please%20wait" },
    { name: "S3Uri", label: "Another address", type: "text", only: "old", hint: "Empty to keep the one that it has, which is told to nobody." },
  ],
  list: async (api) => (await all(api, "ListPrompts", "PromptSummaryList")).map((p) => ({ id: text(p.Id), name: text(p.Name), cells: [] })),
  load: async (api, id) => {
    const p = (await connect(api, "DescribePrompt", { PromptId: id })).Prompt as Thing;
    return { name: text(p.Name), arn: text(p.PromptARN), values: { Name: text(p.Name), Description: text(p.Description), S3Uri: "" } };
  },
  create: async (api, v) => text((await connect(api, "CreatePrompt", { Name: one(v, "Name"), Description: some(one(v, "Description")), S3Uri: one(v, "S3Uri") })).PromptId),
  update: async (api, PromptId, v, was) =>
    void (await connect(api, "UpdatePrompt", { PromptId, Name: one(v, "Name"), Description: same(v, was, "Description") ? undefined : some(one(v, "Description")), S3Uri: some(one(v, "S3Uri")) })),
  remove: async (api, PromptId) => void (await connect(api, "DeletePrompt", { PromptId })),
};

const content = (v: Values): Thing => ({ Template: text(v.Template), Actions: lines(v, "Actions") });

export const views: Kind = {
  slug: "views",
  title: "Views",
  one: "view",
  about: "Forms and pictures that flows show: guides of agents, and surveys. What runs is what was published last.",
  view: ["Views.View", "Views.Create", "Views.Edit"],
  mayCreate: "Views.Create",
  mayEdit: "Views.Edit",
  mayRemove: "Views.Remove",
  columns: ["State", "Comes from"],
  fields: [
    name,
    description,
    { name: "Actions", label: "Actions", type: "lines", hint: "One a line: the ways out of a flow's Show view block, as Next." },
    {
      name: "Template", label: "Template", type: "json", required: true, hint: "Body has the components; $.Member stands for what the flow gives.",
      check: async (api, v) => (await api.ask("POST /api/views/check", { body: { template: text(v.Template), actions: lines(v, "Actions"), publish: v.Status === "PUBLISHED" } })).problem ?? "",
    },
    { name: "Status", label: "Save it as", type: "choice", required: true, options: [{ value: "SAVED", label: "A draft: flows show what was published before" }, { value: "PUBLISHED", label: "Published: flows show it from now on" }] },
  ],
  fresh: { Status: "SAVED", Actions: "Next", Template: JSON.stringify({ Head: { Title: "New view", Configuration: { Layout: { Columns: [12] } } }, Body: [{ _id: "text", Type: "TextBlock", Props: {}, Content: ["$.Text"] }] }, null, 2) },
  list: async (api) =>
    (await all(api, "ListViews", "ViewsSummaryList")).map((v) => ({
      id: text(v.Id), name: text(v.Name), cells: [v.Status === "PUBLISHED" ? "Published" : "Draft", v.Type === "AWS_MANAGED" ? "Every instance" : "This instance"],
    })),
  load: async (api, id) => {
    const { View: v } = (await connect(api, "DescribeView", { ViewId: id }).catch(() => connect(api, "DescribeView", { ViewId: `${id}:$SAVED` }))) as { View: Thing };
    const managed = v.Type === "AWS_MANAGED";
    const saved = managed ? v : ((await connect(api, "DescribeView", { ViewId: `${id}:$SAVED` })).View as Thing);
    return {
      name: text(v.Name),
      arn: text(v.Arn).replace(/:\$SAVED$/, ""),
      kept: managed ? "Every instance has it, as it is." : undefined,
      values: { Name: text(v.Name), Description: text(v.Description), Status: text(saved.Status), Actions: (saved.Content?.Actions ?? []).join("\n"), Template: pretty(text(saved.Content?.Template)) },
    };
  },
  create: async (api, v) => text(((await connect(api, "CreateView", { Name: one(v, "Name"), Description: some(one(v, "Description")), Status: one(v, "Status"), Content: content(v) })).View as Thing).Id),
  update: async (api, ViewId, v, was) => {
    if (!same(v, was, "Name", "Description")) await connect(api, "UpdateViewMetadata", { ViewId, Name: one(v, "Name"), Description: some(one(v, "Description")) });
    if (!same(v, was, "Actions", "Template", "Status")) await connect(api, "UpdateViewContent", { ViewId, Status: one(v, "Status"), Content: content(v) });
  },
  remove: async (api, ViewId) => void (await connect(api, "DeleteView", { ViewId })),
};

/** JSON with its members in lines of their own; what is none stays as it is. */
function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

export const attributes: Kind = {
  slug: "attributes",
  title: "Predefined attributes",
  one: "predefined attribute",
  about: "What agents are good at, and its values: routing criteria and the proficiencies of users name them.",
  ...by("PredefinedAttributes"),
  columns: [],
  fields: [{ ...name, fixed: true }, { name: "Values", label: "Values", type: "lines", required: true, hint: "One a line." }],
  list: async (api) => (await all(api, "ListPredefinedAttributes", "PredefinedAttributeSummaryList")).map((a) => ({ id: text(a.Name), name: text(a.Name), cells: [] })),
  load: async (api, id) => {
    const a = (await connect(api, "DescribePredefinedAttribute", { Name: id })).PredefinedAttribute as Thing;
    return { name: text(a.Name), values: { Name: text(a.Name), Values: (a.Values?.StringList ?? []).join("\n") } };
  },
  create: async (api, v) => {
    await connect(api, "CreatePredefinedAttribute", { Name: one(v, "Name"), Values: { StringList: lines(v, "Values") } });
    return one(v, "Name");
  },
  update: async (api, Name, v) => void (await connect(api, "UpdatePredefinedAttribute", { Name, Values: { StringList: lines(v, "Values") } })),
  remove: async (api, Name) => void (await connect(api, "DeletePredefinedAttribute", { Name })),
};

/** The groups above one, the top first. */
const above = (g: Thing): Thing[] => LEVELS.flatMap((level) => (g.HierarchyPath?.[level] ?? []) as Thing | Thing[]).filter((other) => other.Id !== g.Id);

export const groups: Kind = {
  slug: "hierarchy",
  title: "Hierarchy",
  one: "group",
  about: "Who belongs to whom: groups of users, by which people and numbers can be looked up. A group stays where it was made.",
  view: ["AgentGrouping.View", "AgentGrouping.Create", "AgentGrouping.Edit"],
  mayCreate: "AgentGrouping.Create",
  mayEdit: "AgentGrouping.Edit",
  mayRemove: "AgentGrouping.Edit",
  columns: ["Level", "Below"],
  fields: [name, { name: "ParentGroupId", label: "Below", type: "choice", of: "group", fixed: true, hint: "Empty for the top. The level below must have a name." }],
  list: async (api) => {
    const levels = ((await connect(api, "DescribeUserHierarchyStructure")).HierarchyStructure ?? {}) as Thing;
    const level = new Map(LEVELS.flatMap((of) => (levels[of] ? [[text(levels[of].Id), text(levels[of].Name)] as const] : [])));
    return (await all(api, "SearchUserHierarchyGroups", "UserHierarchyGroups")).map((g) => ({
      id: text(g.Id), name: text(g.Name), cells: [level.get(text(g.LevelId)) ?? "", above(g).map((one) => text(one.Name)).join(" › ")],
    }));
  },
  load: async (api, id) => {
    const g = (await connect(api, "DescribeUserHierarchyGroup", { HierarchyGroupId: id })).HierarchyGroup as Thing;
    return { name: text(g.Name), arn: text(g.Arn), values: { Name: text(g.Name), ParentGroupId: text(above(g).at(-1)?.Id) } };
  },
  create: async (api, v) => text((await connect(api, "CreateUserHierarchyGroup", { Name: one(v, "Name"), ParentGroupId: some(one(v, "ParentGroupId")) })).HierarchyGroupId),
  update: async (api, HierarchyGroupId, v) => void (await connect(api, "UpdateUserHierarchyGroupName", { HierarchyGroupId, Name: one(v, "Name") })),
  remove: async (api, HierarchyGroupId) => void (await connect(api, "DeleteUserHierarchyGroup", { HierarchyGroupId })),
};
