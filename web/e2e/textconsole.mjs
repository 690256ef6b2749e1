// The console with the corpus in the names of everything, in what chats say, and in what is known of them.
import assert from "node:assert/strict";
import { asWritten, evil, harmless, watch } from "./evil.mjs";
import { enter } from "./consoleworld.mjs";
import { given, until } from "./world.mjs";

const nothing = (Type) => JSON.stringify({ Version: "2019-10-30", StartAction: "end", Actions: [{ Identifier: "end", Type, Parameters: {}, Transitions: {} }], Settings: { InputParameters: [], OutputParameters: [], Transitions: [] } });
const template = (Label) => JSON.stringify({ Head: { Title: Label, Configuration: { Layout: { Columns: ["12"] } } }, Body: [{ _id: "a", Type: "Button", Props: { Label, Action: "Go" }, Content: [] }] });

/** How things of each kind are made under a name that says what it wants; and under which address the page of one is. */
async function kinds(w) {
  const ask = (operation, input) => w.call("POST", `/api/connect/${operation}`, input);
  const hours = (await ask("ListHoursOfOperations", {})).HoursOfOperationSummaryList[0].Id;
  const queue = (await ask("ListQueues", { queueTypes: ["STANDARD"] })).QueueSummaryList[0].Id;
  const [agents] = (await ask("ListSecurityProfiles", {})).SecurityProfileSummaryList;
  const routing = (await ask("ListRoutingProfiles", {})).RoutingProfileSummaryList[0].Id;
  const moving = (await ask("CreateContactFlow", { Name: "moves", Type: "QUEUE_TRANSFER", Content: nothing("DisconnectParticipant") })).ContactFlowId;
  const user = (Username, text) => ({ Username, Password: "Correct-horse-battery-7", IdentityInfo: { FirstName: text, LastName: text }, PhoneConfig: { PhoneType: "SOFT_PHONE" }, RoutingProfileId: routing, SecurityProfileIds: [agents.Id] });
  return {
    "setup/queues": async (Name) => (await ask("CreateQueue", { Name, Description: Name, HoursOfOperationId: hours })).QueueId,
    "setup/routing-profiles": async (Name) => (await ask("CreateRoutingProfile", { Name, Description: Name, DefaultOutboundQueueId: queue, MediaConcurrencies: [{ Channel: "CHAT", Concurrency: 1 }] })).RoutingProfileId,
    "setup/hours": async (Name) => (await ask("CreateHoursOfOperation", { Name, Description: Name, TimeZone: "UTC", Config: [] })).HoursOfOperationId,
    "setup/statuses": async (Name) => (await ask("CreateAgentStatus", { Name, Description: Name, State: "ENABLED" })).AgentStatusId,
    "setup/security-profiles": async (Description, SecurityProfileName) => (await ask("CreateSecurityProfile", { SecurityProfileName, Description })).SecurityProfileId,
    "setup/quick-connects": async (Name) => (await ask("CreateQuickConnect", { Name, Description: Name, QuickConnectConfig: { QuickConnectType: "QUEUE", QueueConfig: { QueueId: queue, ContactFlowId: moving } } })).QuickConnectId,
    "setup/overrides": async (Name) => `${hours}.${(await ask("CreateHoursOfOperationOverride", { HoursOfOperationId: hours, Name, Description: Name, Config: [], EffectiveFrom: "2027-01-01", EffectiveTill: "2027-01-01" })).HoursOfOperationOverrideId}`,
    "setup/prompts": async (Name) => (await ask("CreatePrompt", { Name, Description: Name, S3Uri: "s3://bucket/one.wav" })).PromptId,
    "setup/views": async (text, Name) => (await ask("CreateView", { Name, Status: "SAVED", Content: { Template: template(text), Actions: ["Go"] } })).View.Id,
    "setup/attributes": async (Name) => (await ask("CreatePredefinedAttribute", { Name, Values: { StringList: [Name] } }), encodeURIComponent(Name)),
    "setup/users": async (text, Username) => (await ask("CreateUser", user(Username, text))).UserId,
    "setup/widgets": async (name) => (await w.call("POST", "/api/widgets", { name, flow_id: given.flow, origins: ["https://ok.example"] })).id,
    flows: async (Name) => (await ask("CreateContactFlow", { Name, Type: "CONTACT_FLOW", Content: nothing("DisconnectParticipant") })).ContactFlowId,
    modules: async (Name) => (await ask("CreateContactFlowModule", { Name, Content: nothing("EndFlowModuleExecution") })).Id,
  };
}

/** Everything in the console that shows what people wrote: the things of each kind, the search for contacts, and a chat that is over. */
export async function inTheConsole(w, left, contact, names) {
  const page = await w.visit(`${given.url}/admin`, { viewport: { width: 1280, height: 800 } });
  watch(page, left);
  await enter(page);
  const open = (path) => page.goto(`${given.url}/admin#/${path}`);

  for (const [path, make] of Object.entries(await kinds(w))) {
    const made = [];
    const refused = [];
    for (const [i, text] of evil.entries()) await make(text, `plain-${i}`).then((id) => made.push([text, id]), (cause) => refused.push(String(cause)));
    assert.ok(made.length > 15, `${path} has ${made.length}: ${refused[0]}`);
    const [text, id] = made[0];
    const named = !["setup/security-profiles", "setup/views", "setup/users"].includes(path); // their names are letters and digits
    await open(path);
    if (named) await asWritten(page.locator("tbody td"), made.map(([text]) => text));
    else await page.getByRole("link", { name: "plain-0" }).waitFor();
    await harmless(page);
    await open(`${path}/${id}`);
    if (path === "setup/views") await until("the template is shown", async () => (await page.getByLabel("Template").inputValue()).includes(JSON.stringify(text)));
    else if (named) await asWritten(page.locator("h1"), [text]);
    else await asWritten(page.locator("textarea, input"), [text]);
    await harmless(page);
  }

  await open("contacts");
  await asWritten(page.locator("tbody td"), [evil[0]]); // the queue
  await harmless(page);
  await open(`contacts/${contact}`);
  await asWritten(page.locator(".talk .bubble p"), evil);
  await asWritten(page.locator(".talk .name bdi"), [evil[0]]);
  await asWritten(page.locator("dt bdi"), names);
  await asWritten(page.locator("dd bdi"), evil);
  await harmless(page);
  await page.getByRole("button", { name: "The whole story" }).click();
  await page.getByRole("list", { name: "Story" }).locator("li").first().waitFor();
  await harmless(page);
  await open(`data/${contact}`);
  await asWritten(page.locator("tbody td"), evil.slice(0, 3));
  await harmless(page);
  for (const path of ["", "audit", "setup/quick-responses", "setup/keys", "deliveries"]) {
    await open(path);
    await page.waitForFunction(() => !document.querySelector(".wheel"));
    await harmless(page);
  }
}
