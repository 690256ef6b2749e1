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
  await page.getByRole("button", { name: "Publish", exact: true }).click();
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
