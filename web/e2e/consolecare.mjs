// What the console must not lose, hide or leave unsaid: two people at one flow, forms that are not saved, a server that is gone, pages that are not there.
import assert from "node:assert/strict";
import { agentOf, furnish, given, run, signIn, until } from "./world.mjs";
import { enter, newFlow } from "./consoleworld.mjs";

await run(async (w) => {
  const page = await w.visit(`${given.url}/admin`, { viewport: { width: 1280, height: 800 } });
  await enter(page);
  await twoPeople(w, page);
  await unsavedForms(page);
  await serverGone(page);
  await contactWords(w, page);
  await forms(w, page);
  await narrow(w);
  await page.context().close();
});

function saying(text) {
  return JSON.stringify({ Version: "2019-10-30", StartAction: "say", Actions: [
  { Identifier: "say", Type: "MessageParticipant", Parameters: { Text: text }, Transitions: { NextAction: "end", Errors: [{ NextAction: "end", ErrorType: "NoMatchingError" }] } },
  { Identifier: "end", Type: "DisconnectParticipant", Parameters: {}, Transitions: {} },
] });
}

/** What somebody else published or saved since a flow was opened is not replaced before one is asked, and what was published stays as a version. */
async function twoPeople(w, page) {
  const flow = await newFlow(page, "Of two people");
  const theirs = (text, draft = "") => w.call("POST", "/api/connect/UpdateContactFlowContent", { ContactFlowId: flow + draft, Content: saying(text) });
  const live = async () => (await w.call("POST", "/api/connect/DescribeContactFlow", { ContactFlowId: flow })).ContactFlow.Content;
  const asked = page.getByRole("dialog");
  const mine = async (text) => {
    await page.getByRole("button", { name: "Block", exact: true }).click();
    await page.locator('[data-block="say"] .face').click();
    await page.getByLabel("Text", { exact: true }).fill(text);
    await until("it is checked", async () => !(await page.getByRole("button", { name: "Publish" }).isDisabled()));
  };
  await theirs("The first");
  await page.reload();
  await page.locator('[data-block="say"]').waitFor();

  await mine("Mine");
  await theirs("Theirs");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await asked.getByText("somebody else has published another content").waitFor();
  assert.ok((await live()).includes("Theirs"), "it was replaced before anybody said so");
  await asked.getByRole("button", { name: "See the difference" }).click();
  const differences = page.getByRole("region", { name: "Differences" });
  await differences.getByText("Theirs").waitFor();
  await differences.getByText("Mine").waitFor();
  // what cannot be kept is not replaced, and one decides again
  const versions = "**/api/connect/CreateContactFlowVersion";
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await asked.getByText("What they published is kept as a version first.").waitFor();
  assert.equal(await asked.getByText("The draft that they saved is discarded.").count(), 0, "there is no draft");
  await page.route(versions, (one) => one.abort("connectionrefused"));
  await asked.getByRole("button", { name: "Publish all the same" }).click();
  await page.locator(".notice, [role=status]", { hasText: /Nothing was published: what somebody else|Published\./ }).first().waitFor();
  assert.ok((await live()).includes("Theirs"), "it was replaced although it could not be kept");
  await page.getByText("Nothing was published: what somebody else published could not be kept as a version.").waitFor();
  await page.unroute(versions);
  await theirs("Their draft beside", ":$SAVED");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await asked.getByText("The draft that they saved is discarded.").waitFor();
  await asked.getByRole("button", { name: "Publish all the same" }).click();
  await page.getByText("What was published before is kept as a version.").first().waitFor();
  assert.ok((await live()).includes("Mine"));
  const kept = (await w.call("POST", "/api/connect/DescribeContactFlow", { ContactFlowId: `${flow}:1` })).ContactFlow.Content;
  assert.ok(kept.includes("Theirs"), "what somebody else published is nowhere");

  // nobody else has been here since, so nobody is asked
  await mine("Mine again");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await until("it is published", async () => (await live()).includes("Mine again"));

  // a draft, which is not replaced either, and taken
  await mine("My draft");
  await theirs("Their draft", ":$SAVED");
  await page.getByRole("button", { name: "Save draft" }).click();
  await asked.getByText("somebody else has saved another draft").waitFor();
  await asked.getByRole("button", { name: "Take theirs" }).click();
  await page.getByText("What somebody else left is in the editor.").first().waitFor();
  await page.locator('[data-block="say"] .face').click();
  assert.equal(await page.getByLabel("Text", { exact: true }).inputValue(), "Their draft");
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await page.getByLabel("Text", { exact: true }).inputValue(), "My draft");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByText("Saved as a draft.").first().waitFor();
}

/** A form of Setup asks before what was written is left; saved, it does not. */
async function unsavedForms(page) {
  const asked = [];
  let answer = false;
  page.on("dialog", (one) => {
    asked.push(one.message());
    return answer ? one.accept() : one.dismiss();
  });
  await page.goto(`${given.url}/admin#/setup/queues/new`);
  await page.getByRole("heading", { name: "New queue" }).waitFor();
  await page.getByLabel("Name").fill("Not to be lost");
  await page.getByRole("link", { name: "Audit" }).click();
  await until("it asks", () => asked.length === 1);
  assert.equal(await page.getByLabel("Name").inputValue(), "Not to be lost");
  await page.getByLabel("Hours of operation").selectOption({ index: 1 });
  await page.getByRole("button", { name: "Make the queue" }).click();
  await page.getByRole("heading", { name: "Not to be lost" }).waitFor();
  await page.getByLabel("Description").fill("Nor this");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  assert.equal(asked.length, 1, "it asked although everything was saved");
  await page.getByLabel("Description").fill("But this");
  answer = true;
  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByRole("heading", { name: "Audit" }).waitFor();
  assert.equal(asked.length, 2);
  page.removeAllListeners("dialog");
}

/** Where the server does not answer, a page says that, and not that there is nothing. */
async function serverGone(page) {
  await page.goto(`${given.url}/admin#/setup`);
  await page.getByRole("heading", { name: "Queues" }).waitFor();
  await page.route("**/api/**", (one) => one.abort("connectionrefused"));
  const nothing = page.getByText(/No contact was found|There is no entry|Everything was taken|There was none of all chats/);
  for (const path of ["contacts", "audit", "deliveries"]) {
    await page.goto(`${given.url}/admin#/${path}`);
    await page.locator(".page h1").waitFor();
    await page.locator(".notice").first().waitFor();
    assert.deepEqual(await nothing.allInnerTexts(), [], `#/${path} says that there is nothing, although it could not ask`);
  }
  await page.unroute("**/api/**");
  await page.goto(`${given.url}/admin#/setup`);
}

/** A contact's page tells how it began, what the customer thought and what became of it; it is found by what was said, and on a day of one's choice. */
async function contactWords(w, page) {
  await furnish(w.call);
  const visitor = await w.visit(w.stranger.url);
  const { chat, ContactId } = await w.begin(visitor);
  await chat.getByLabel("Your message").fill("My marmalade is late");
  await chat.getByLabel("Your message").press("Enter");
  const agent = await agentOf(ContactId);
  const ben = await signIn(given.ben);
  await ben("PUT", `/api/agent/contacts/${ContactId}/disposition`, { code: "Not solved" });
  await agent.leave();
  await visitor.context().close();

  await page.goto(`${given.url}/admin#/contacts`);
  await page.getByLabel("Words that were said").fill("marmal*");
  await until("it is found by what was said", async () => {
    await page.getByRole("button", { name: "Search", exact: true }).click();
    return (await page.locator("mark", { hasText: "marmalade" }).count()) === 1;
  });
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.getByRole("cell", { name: "The customer began it" }).waitFor();
  await page.getByLabel("From the last").selectOption("own");
  const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("First day").fill(day(9));
  await page.getByLabel("Last day").fill(day(8));
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByText("No contact was found.").waitFor();
  await page.getByLabel("Last day").fill(day(-1));
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.route(`**/api/agent/contacts/${ContactId}`, async (one) => one.fulfill({ json: { ...(await (await one.fetch()).json()), rating: 7 } })); // a survey's, of which desk.mjs has one
  await page.locator("tbody tr a").first().click();

  const facts = page.locator("dl.facts");
  await facts.getByText("7, by the customer").waitFor();
  await facts.getByText("Not solved", { exact: true }).waitFor();
  assert.match(await facts.innerText(), /The customer began it/);
}

/** Rows of a form are kept as they are written: a widget's questions and URL of keys, the order of a routing profile's queues, what a user is good at. */
async function forms(w, page) {
  const widget = w.widget.split("/")[1];
  const save = async () => {
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved.", { exact: true }).waitFor();
  };
  await page.goto(`${given.url}/admin#/setup/widgets/${widget}`);
  await page.getByRole("button", { name: "Add a question" }).click();
  const asked = page.getByRole("group", { name: "Asked before the chat" }).getByRole("group").last();
  await asked.getByLabel("Name").fill("order");
  await asked.getByLabel("What visitors read").fill("Your order");
  await asked.getByLabel("Must be answered").check();
  await page.getByRole("button", { name: "Take out question 2" }).click();
  await page.getByLabel("URL of the keys").fill("https://shop.example/keys.json");
  await save();
  const kept = await w.call("GET", `/api/widgets/${widget}`);
  assert.deepEqual(kept.look.fields.map(({ name, type, required }) => [name, type, required ?? false]), [["DisplayName", "text", true], ["about", "long", false], ["order", "text", true]]);
  assert.equal(kept.jwks_url, "https://shop.example/keys.json");

  const profile = (await w.call("POST", "/api/connect/ListRoutingProfiles", {})).RoutingProfileSummaryList[0].Id;
  await page.goto(`${given.url}/admin#/setup/routing-profiles/${profile}`);
  const first = page.getByRole("group", { name: "queue 1" });
  await first.getByLabel("Priority").fill("4");
  await first.getByLabel("Delay").fill("30");
  await page.getByRole("button", { name: "Add a queue" }).click();
  const other = (await w.call("POST", "/api/connect/ListQueues", { queueTypes: ["STANDARD"] })).QueueSummaryList.find(({ Name }) => Name === "Not to be lost").Id;
  await page.getByRole("group", { name: /^queue / }).last().getByRole("combobox").selectOption(other);
  await save();
  const served = (await w.call("POST", "/api/connect/ListRoutingProfileQueues", { RoutingProfileId: profile })).RoutingProfileQueueConfigSummaryList.filter(({ Channel }) => Channel === "CHAT");
  assert.ok(served.some((one) => one.Priority === 4 && one.Delay === 30), JSON.stringify(served));
  assert.ok(served.some((one) => one.QueueId === other && one.Priority === 1 && one.Delay === 0), JSON.stringify(served));
  await page.getByRole("button", { name: `Take out queue ${served.length}` }).click();
  await save();

  await w.call("POST", "/api/connect/CreatePredefinedAttribute", { Name: "Tongue", Values: { StringList: ["English", "German"] } });
  await page.goto(`${given.url}/admin#/setup/users/${given.agent}`);
  await page.getByRole("button", { name: "Add a proficiency" }).click();
  await page.getByLabel("Attribute").fill("Tongue");
  await page.getByLabel("Value").fill("German");
  await page.getByLabel("Level").fill("5");
  await save();
  const skills = async () => (await w.call("POST", "/api/connect/ListUserProficiencies", { UserId: given.agent })).UserProficiencyList;
  assert.deepEqual((await skills()).map((one) => [one.AttributeName, one.AttributeValue, one.Level]), [["Tongue", "German", 5]]);
  await page.getByLabel("Level").fill("2");
  await save();
  assert.equal((await skills())[0].Level, 2);
  await page.getByRole("button", { name: "Take out proficiency 1" }).click();
  await save();
  assert.deepEqual(await skills(), []);
}

/** By eye, measured: nothing lies over another, no word is broken where the table can scroll, nothing is wider than its window, and what is drawn can be read. */
async function narrow(w) {
  const page = await w.visit(`${given.url}/admin`, { viewport: { width: 320, height: 640 } });
  await page.getByLabel("User name").waitFor();
  await enter(page);
  const profile = (await w.call("POST", "/api/connect/ListSecurityProfiles", {})).SecurityProfileSummaryList[0].Id;
  await page.goto(`${given.url}/admin#/setup/security-profiles/${profile}`);
  await page.locator(".box label").first().waitFor();
  const over = await page.locator(".box label").evaluateAll((all) => all.filter((one) => one.querySelector("span").getBoundingClientRect().height > one.getBoundingClientRect().height + 1).length);
  assert.equal(over, 0, "permissions lie over one another");
  const hours = (await w.call("POST", "/api/connect/ListHoursOfOperations", {})).HoursOfOperationSummaryList[0].Id;
  await page.goto(`${given.url}/admin#/setup/hours/${hours}`);
  await page.getByLabel("Monday from").first().waitFor();
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  assert.ok(await fits(), "the form of hours is wider than 320 px");
  await page.goto(`${given.url}/admin#/setup/users`);
  await page.locator("td .row-link").first().waitFor();
  const broken = await page.locator("td .row-link").evaluateAll((all) => all.filter((one) => one.getClientRects().length > 1 && !/\s|-/.test(one.textContent)).map((one) => one.textContent));
  assert.deepEqual(broken, [], "words of a table are broken");
  assert.ok(await fits(), "the list of users is wider than 320 px");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${given.url}/admin#/flows/${given.flow}`);
  await page.locator(".block").first().waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  const size = await page.locator(".plane").evaluate((plane) => 12 * new DOMMatrix(getComputedStyle(plane).transform).a);
  assert.ok(size >= 9, `the smallest text is ${size} px`);
  const faces = (await page.locator(".block .about").allInnerTexts()).filter((text) => /[0-9a-f]{8}-/.test(text));
  assert.deepEqual(faces, [], "blocks show ids of things that have names");
  const { contacts } = await w.call("GET", `/api/history?from=${new Date(Date.now() - 3_600_000).toISOString()}&until=${new Date(Date.now() + 60_000).toISOString()}`);
  await page.goto(`${given.url}/admin#/contacts/${contacts.at(-1).contact_id}`);
  await page.locator(".talk .message").first().waitFor();
  const gap = await page.locator(".talk").evaluate((talk) => talk.querySelector(".message").getBoundingClientRect().top - talk.getBoundingClientRect().top);
  assert.ok(gap < 150, `${gap} px of nothing stand above the first message`);
  await page.context().close();
}
