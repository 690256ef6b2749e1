// The workspace: a customer comes through the queue to an agent, is helped, passed on, and says at the end how it was. Then the network is lost
// on both sides, two agents accept at once, and a supervisor watches and barges in.
import assert from "node:assert/strict";
import { furnish, given, picture, run, signIn, until } from "./world.mjs";

const said = (page, text) => page.locator(".bubble", { hasText: text }).first().waitFor();
const bubbles = async (page) => (await page.locator(".message .bubble").allInnerTexts()).map((text) => text.trim());
const status = (page, label) => page.getByLabel("Your status").selectOption({ label });

async function write(page, text) {
  await page.getByLabel("Your message").fill(text);
  await page.getByLabel("Your message").press("Enter");
}

/** The work after the chat, with what became of it. */
async function wrapUp(page, code) {
  if (code) await page.getByLabel("What became of it").selectOption(code);
  await page.getByRole("button", { name: /finish/i }).click();
  await until("the chat is done with", async () => (await page.getByRole("form", { name: "Work after the chat" }).count()) === 0);
}

await run(async (w) => {
  await furnish(w.call);
  const ana = await w.desk(given.Ana);
  await ana.getByRole("region", { name: "Chats" }).getByText("The next chat comes to you.").waitFor();
  await picture(ana, "desk-empty");
  const visitor = await w.visit(w.stranger.url);
  const { chat, ContactId } = await w.begin(visitor, "Ada");

  // offered, with a countdown; accepted
  const offer = ana.getByRole("article", { name: "Ada waits for an answer" });
  await offer.waitFor();
  assert.match(await ana.title(), /Ada waits for an answer/);
  assert.match(await offer.innerText(), /Answer within 0:(1\d|20)/);
  await picture(ana, "desk-offer");
  await offer.getByRole("button", { name: "Accept" }).click();
  await chat.getByText("Ana has joined").waitFor();
  await said(ana, "Welcome, somebody comes soon.");

  // the guide has opened beside the chat, and is answered
  await ana.getByRole("tabpanel", { name: "Guide" }).getByLabel("Address").fill("Long Lane 1");
  await picture(ana, "desk-guide");
  await ana.getByRole("tabpanel", { name: "Guide" }).getByRole("button", { name: "Next" }).click();
  await ana.getByText("Long Lane 1 is noted.").waitFor();

  // typing and receipts, both ways
  await chat.getByLabel("Your message").pressSequentially("Where is it?");
  await ana.getByText("Ada is writing").waitFor();
  await chat.getByLabel("Your message").press("Enter");
  await said(ana, "Where is it?");
  await ana.getByText("The customer waits for").waitFor();
  await ana.getByLabel("Your message").pressSequentially("I am");
  await chat.getByText("Ana is writing").waitFor();
  await write(ana, "I am looking.");
  await said(chat, "I am looking.");
  await ana.locator(".message.mine", { hasText: "I am looking." }).getByText("Read").waitFor();

  // a file, from the agent and from the customer
  const chosen = ana.waitForEvent("filechooser");
  await ana.getByRole("button", { name: "Attach a file" }).click();
  await (await chosen).setFiles({ name: "label.txt", mimeType: "text/plain", buffer: Buffer.from("a label") });
  await chat.getByRole("button", { name: "Download label.txt" }).waitFor();
  const theirs = visitor.waitForEvent("filechooser");
  await chat.getByRole("button", { name: "Attach a file" }).click();
  await (await theirs).setFiles({ name: "receipt.txt", mimeType: "text/plain", buffer: Buffer.from("one parcel") });
  const download = ana.waitForEvent("download");
  await ana.getByRole("button", { name: "Download receipt.txt" }).click();
  assert.equal((await download).suggestedFilename(), "receipt.txt");

  // a quick response with its variables
  await ana.getByLabel("Your message").pressSequentially("/he");
  await ana.getByRole("option", { name: "/hello" }).waitFor();
  await picture(ana, "desk-quick");
  await ana.getByLabel("Your message").press("Enter");
  await until("it is filled in", async () => (await ana.getByLabel("Your message").inputValue()) === "Hello Ada, this is Ana. It is about order 77.");
  await ana.getByLabel("Your message").press("Enter");
  await said(chat, "Hello Ada, this is Ana. It is about order 77.");

  // what is known of the customer, and a note; a draft outlives a reload, and nothing is doubled by it
  await ana.getByRole("tab", { name: "About" }).click();
  await ana.getByRole("tabpanel", { name: "About" }).getByText("77", { exact: true }).waitFor();
  await picture(ana, "desk-about");
  await ana.getByRole("tab", { name: "Notes" }).click();
  await ana.getByLabel("New note").fill("Wants it by Friday, @Bo knows.");
  await ana.getByRole("button", { name: "Add the note" }).click();
  await ana.getByText("Wants it by Friday").waitFor();
  await ana.getByLabel("Your message").fill("not said yet");
  const before = await bubbles(ana);
  await ana.reload();
  await said(ana, "Hello Ada");
  assert.deepEqual(await bubbles(ana), before);
  assert.equal(await ana.getByLabel("Your message").inputValue(), "not said yet");
  await ana.getByLabel("Your message").fill("");

  // passed on to a colleague, who was mentioned in the note
  await status(ana, "Offline");
  const bo = await w.desk(given.Bo);
  await bo.getByRole("button", { name: "Mentions: 1" }).waitFor();
  await ana.getByRole("button", { name: "Transfer or consult" }).click();
  await picture(ana, "desk-transfer");
  await ana.getByRole("button", { name: "Transfer: Second line" }).click();
  await ana.getByRole("form", { name: "Work after the chat" }).waitFor();
  await picture(ana, "desk-work");
  assert.match(await ana.getByRole("form", { name: "Work after the chat" }).innerText(), /Left for the work after the chat: (1:00|0:\d\d)/);
  await ana.getByRole("button", { name: "Finish" }).click();
  await ana.getByText("Please choose what became of it.").waitFor();
  await wrapUp(ana, "Not solved");
  await bo.getByRole("button", { name: "Accept" }).click();
  await said(bo, "Where is it?");
  await bo.getByRole("button", { name: "Mentions: 1" }).click();
  await bo.getByRole("button", { name: "Open", exact: true }).click();
  await bo.getByRole("dialog").getByText("Wants it by Friday").waitFor();
  await bo.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await bo.getByRole("button", { name: "Mentions: 0" }).waitFor();
  await write(bo, "I am Bo. It comes tomorrow.");
  await said(chat, "I am Bo. It comes tomorrow.");

  // the end, the survey, and what became of it
  await bo.getByRole("button", { name: "End the chat" }).click();
  await bo.getByRole("dialog").getByRole("button", { name: "End the chat" }).click();
  await chat.getByLabel("Points, 0 to 10").fill("9");
  await chat.getByRole("button", { name: "Send", exact: true }).first().click();
  await said(chat, "Thank you for your answer.");
  await wrapUp(bo, "Solved");
  const rated = await until("the rating is counted", async () => (await w.call("GET", "/api/ratings")).ratings.find(({ count }) => count === 1));
  assert.equal(rated.average, 9);
  const mona = await signIn(given.Mona);
  assert.equal((await mona("GET", `/api/agent/contacts/${ContactId}`)).disposition.code, "Not solved");

  // somebody who came before: the earlier chat is in the history and can be read
  await lost(w, bo);
  await race(w, ana, bo);
  await supervised(w, ana, bo);
});

/** The network is lost on the agent's side and on the customer's, and what both say meanwhile is there once, in the same order. */
async function lost(w, bo) {
  const agents = await w.line();
  const ana = await w.desk(given.Ana, { wire: agents, available: false });
  await status(bo, "Offline");
  await status(ana, "Available");
  const visitor = await w.visit(w.stranger.url);
  const { chat } = await w.begin(visitor, "Bert");
  await ana.getByRole("button", { name: "Accept" }).click();
  await write(chat, "before");
  await said(ana, "before");
  await ana.getByRole("tab", { name: "History" }).click();
  await ana.getByRole("tabpanel", { name: "History" }).getByRole("button", { name: /BasicQueue/ }).first().click();
  await ana.getByRole("dialog").getByText("I am looking.").waitFor();
  const names = await ana.getByRole("dialog").locator(".name bdi").allTextContents();
  assert.ok(names.includes("System") && !names.includes("SYSTEM_MESSAGE"), names.join());
  await ana.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  agents.cut();
  await ana.getByText("The connection to the server is lost").waitFor();
  await ana.getByText("The connection to this chat is lost").waitFor();
  await write(ana, "said by the agent without a network");
  await ana.getByText("Not sent").waitFor();
  await picture(ana, "desk-lost");
  for (const i of [1, 2, 3]) await write(chat, `said by the customer ${i}`);
  agents.mend();
  await ana.getByText("The connection to the server is lost").waitFor({ state: "detached" });
  await said(chat, "said by the agent without a network");
  await ana.getByText("Not sent").waitFor({ state: "detached" });
  w.wire.cut();
  await chat.getByText("The connection is lost").waitFor();
  await write(ana, "while the customer was away");
  w.wire.mend();
  await said(chat, "while the customer was away");
  await until("both show the same, each once", async () => {
    const [mine, theirs] = [await bubbles(ana), await bubbles(chat)];
    assert.deepEqual(mine, theirs);
    return new Set(mine).size === mine.length && mine.includes("said by the customer 3");
  });
  await ana.getByRole("button", { name: "End the chat" }).click();
  await ana.getByRole("dialog").getByRole("button", { name: "End the chat" }).click();
  await wrapUp(ana, "Solved");
  await ana.context().close();
  agents.close();
  await visitor.context().close();
}

/** Two accept at once, in two tabs of one agent and by two agents one after the other: the chat is one agent's, and the other is told in words. */
async function race(w, ana, bo) {
  await status(ana, "Available");
  const second = await ana.context().newPage();
  await second.goto(`${given.url}/agent`);
  const visitor = await w.visit(w.stranger.url);
  await w.begin(visitor, "Cleo");
  const buttons = [ana, second].map((page) => page.getByRole("button", { name: "Accept" }));
  await Promise.all(buttons.map((button) => button.waitFor()));
  const asked = [ana, second].map((page) => new Promise((resolve) => page.route("**/accept", resolve, { times: 1 })));
  for (const button of buttons) await button.click();
  await Promise.all((await Promise.all(asked)).map((route) => route.continue())); // both at the same moment
  for (const page of [ana, second]) await page.getByRole("navigation", { name: "Your chats" }).getByRole("link", { name: /Cleo/ }).waitFor();
  assert.equal(await ana.getByRole("navigation", { name: "Your chats" }).getByRole("link").count(), 1);
  // what one tab says the other one shows, and what is written in one is a draft in the other
  await second.getByRole("link", { name: /Cleo/ }).click();
  await ana.getByRole("link", { name: /Cleo/ }).click();
  await write(second, "from the second tab");
  await said(ana, "from the second tab");
  await ana.getByLabel("Your message").fill("shared");
  await until("the draft is in the other tab", async () => (await second.getByLabel("Your message").inputValue()) === "shared");
  await ana.getByLabel("Your message").fill("");
  const held = await ana.evaluate(() => navigator.locks.query());
  assert.equal(held.held.filter(({ name }) => name === "parley-bell").length, 1, "one tab rings");
  await second.close();

  // whoever is slower: the chat is taken away between the offer and the press
  await status(bo, "Available");
  const other = await w.visit(w.stranger.url);
  await w.begin(other, "Dora");
  const offered = await until("it is offered", async () => {
    for (const page of [ana, bo]) if (await page.getByRole("article", { name: "Dora waits for an answer" }).count()) return page;
  });
  const rival = offered === ana ? bo : ana;
  await offered.context().setOffline(true); // sees no more of what happens, as on a slow line
  const seen = offered.getByRole("article", { name: "Dora waits for an answer" });
  const mona = await signIn(given.Mona);
  const { agents } = await mona("GET", "/api/supervise/contacts");
  const slow = agents.find(({ contacts }) => contacts.some(({ customer }) => customer === "Dora"));
  const { statuses } = await mona("GET", "/api/agent");
  await mona("PUT", `/api/supervise/agents/${slow.user.id}/status`, { status_id: statuses.find(({ type }) => type === "OFFLINE").id });
  await rival.getByRole("article", { name: "Dora waits for an answer" }).getByRole("button", { name: "Accept" }).click();
  await rival.getByRole("link", { name: /Dora/ }).waitFor();
  assert.equal(await seen.count(), 1, "the slow one still sees the offer");
  await offered.context().setOffline(false);
  await seen.waitFor({ state: "detached" });
  await other.context().close();
  await visitor.context().close();
  for (const page of [ana, bo]) await settle(page);
}

/** Ends whatever an agent has. */
async function settle(page) {
  const chats = page.getByRole("navigation", { name: "Your chats" }).getByRole("link");
  for (let left = await chats.count(); left > 0; left--) {
    await chats.first().click();
    await page.getByRole("button", { name: "End the chat" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End the chat" }).click();
    await wrapUp(page, "Solved");
  }
  await status(page, "Offline");
}

/** A supervisor watches unseen, whispers, takes part, and gives the chat to somebody else. */
async function supervised(w, ana, bo) {
  await status(ana, "Available");
  const visitor = await w.visit(w.stranger.url);
  const { chat } = await w.begin(visitor, "Emil");
  await ana.getByRole("button", { name: "Accept" }).click();
  await write(chat, "Nobody helps me.");
  const mona = await w.desk(given.Mona, { available: false }, "#/live");
  await mona.getByRole("heading", { name: "Live board" }).waitFor();
  await mona.getByRole("button", { name: "Watch Emil with Ana" }).click();
  await said(mona, "Nobody helps me.");
  await mona.getByText("Nobody sees you.").waitFor();
  await picture(mona, "board-watch");
  assert.equal(await mona.getByLabel("Your message").count(), 0, "who watches cannot speak");
  await mona.getByLabel("Whisper to the agents").fill("Offer a refund.");
  await mona.getByRole("button", { name: "Say it" }).click();
  await ana.locator(".message", { hasText: "Offer a refund." }).getByText("only agents see this").waitFor();
  await mona.getByRole("button", { name: "Take part" }).click();
  await chat.getByText("Mona has joined").waitFor();
  await write(mona, "Let me help.");
  await said(chat, "Let me help.");
  assert.equal(await chat.locator(".bubble", { hasText: "Offer a refund." }).count(), 0, "the customer hears the whisper");
  await picture(mona, "board-barge");
  await mona.reload();
  await said(mona, "Let me help.");
  await mona.getByRole("button", { name: "Only watch" }).click();
  await chat.getByText("Mona has left").waitFor();
  await status(bo, "Available");
  await until("Bo is on the board", async () => (await mona.getByRole("region", { name: "People" }).getByText("Bo", { exact: true }).count()) === 1);
  await mona.getByRole("complementary").getByRole("button", { name: "Reassign" }).click();
  await mona.getByText("Its agent is taken out without work after the chat").waitFor();
  await mona.getByLabel("Give the chat to").selectOption({ label: "Person: Bo" });
  await mona.getByRole("dialog").getByRole("button", { name: "Reassign" }).click();
  await mona.getByText("The chat was reassigned.").waitFor();
  await bo.getByRole("button", { name: "Accept" }).click();
  await said(bo, "Nobody helps me.");
  await mona.getByLabel("Status of Bo").selectOption({ label: "Offline" });
  await until("the forced status is seen", async () => (await bo.locator(".dot.OFFLINE").count()) === 1);
  await settle(bo);
  await status(ana, "Offline");
  await visitor.context().close();

  // a chat that waits can be given away, too
  const late = await w.visit(w.stranger.url);
  const { chat: waiting } = await w.begin(late, "Cleo");
  await mona.getByRole("button", { name: "Reassign who is next: BasicQueue" }).click();
  await mona.getByText("The chat that is first in line leaves this queue.").waitFor();
  assert.equal(await mona.getByLabel("Give the chat to").locator("option", { hasText: "BasicQueue" }).count(), 0, "it waits there already");
  await picture(mona, "board-next");
  await mona.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await waiting.getByRole("button", { name: "More" }).click();
  await waiting.getByRole("button", { name: "End the chat" }).click();
  await waiting.getByRole("dialog").getByRole("button", { name: "End the chat" }).click();
  await mona.getByRole("button", { name: "Reassign who is next: BasicQueue" }).waitFor({ state: "detached" });
  await mona.context().close();
  await late.context().close();
}
