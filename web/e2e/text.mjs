// The corpus of what has been code somewhere: in names, messages, templates, files, forms, attributes, transcripts and settings it stays text, in the
// widget, the workspace and the console. Nothing runs, no address but those of the web can be opened, nothing is loaded from elsewhere.
import assert from "node:assert/strict";
import { addresses, asWritten, evil, harmless, watch } from "./evil.mjs";
import { inTheConsole } from "./textconsole.mjs";
import { agentOf, enterAs, given, participant, run, until } from "./world.mjs";

const interactive = "application/vnd.amazonaws.connect.message.interactive";

await run(async (w) => {
  const left = [];

  // what an administrator sets
  const widget = w.widget.split("/")[1];
  await w.call("PATCH", `/api/widgets/${widget}`, { look: { title: evil[0].slice(0, 60), greeting: evil.join("\n").slice(0, 500), fields: evil.slice(0, 8).map((label, i) => ({ name: i ? `f${i}` : "DisplayName", label: label.slice(0, 100), type: "text" })) } });
  const { QueueSummaryList: queues } = await w.call("POST", "/api/connect/ListQueues", { queueTypes: ["STANDARD"] });
  for (const [i, { Id }] of queues.entries()) await w.call("POST", "/api/connect/UpdateQueueName", { QueueId: Id, Name: evil[i] });
  const { ContactFlow } = await w.call("POST", "/api/connect/DescribeContactFlow", { ContactFlowId: given.flow });
  const names = evil.filter((text) => !/[.$]/.test(text)); // of attributes, as far as there are such
  const flow = JSON.parse(ContactFlow.Content); // it begins with attributes
  const NextAction = flow.StartAction;
  flow.Actions.push({ Identifier: "attributes", Type: "UpdateContactAttributes", Parameters: { Attributes: Object.fromEntries(evil.map((text, i) => [names.includes(text) ? text : `a${i}`, text])) }, Transitions: { NextAction, Errors: [{ ErrorType: "NoMatchingError", NextAction }] } });
  await w.call("POST", "/api/connect/UpdateContactFlowContent", { ContactFlowId: given.flow, Content: JSON.stringify({ ...flow, StartAction: "attributes" }) });
  const page = await w.visit(w.stranger.url);
  watch(page, left);
  const chat = await comes(page);
  const first = page.contacts[0];

  // what an agent says, in every form there is
  const agent = await agentOf(first.ContactId);
  for (const text of evil) for (const type of ["text/plain", "text/markdown"]) await agent.say(text, type);
  await agent.say(JSON.stringify({ selectionText: evil[0], html: evil[1] }), "application/json");
  for (const [i, text] of evil.entries()) {
    const url = i % 5 > 2 ? addresses[i % 5] : undefined;
    const picked = { title: text, subtitle: text, imageType: "URL", imageData: addresses[i % 5], imageDescription: text };
    const elements = [{ ...picked }, { title: "and", ...(url?.startsWith("http") && { type: "hyperlink", url }) }];
    for (const templateType of ["ListPicker", "Panel", "QuickReply"]) await agent.say(template(templateType, { ...picked, elements }), interactive);
    await agent.say(template("TimePicker", { ...picked, timeslots: [{ date: "2027-03-01T09:00+00:00", duration: 60 }], location: { latitude: 1, longitude: 1, title: text } }), interactive);
  }
  const card = { templateType: "Panel", templateIdentifier: "x", version: "1.0", data: { content: { title: evil[0], elements: [{ title: evil[1] }] } } };
  await agent.say(template("Carousel", { title: evil[2], elements: [card, { ...card, templateIdentifier: "y" }] }), interactive);

  // a file's name, and what the customer says
  const picker = page.waitForEvent("filechooser");
  await chat.getByRole("button", { name: "Attach a file" }).click();
  await (await picker).setFiles({ name: `<img src=x onerror=globalThis.pwned=1>.txt`, mimeType: "text/plain", buffer: Buffer.from("text") });
  for (const text of evil) {
    await chat.getByLabel("Your message").fill(text);
    await chat.getByLabel("Your message").press("Enter");
  }
  await agent.say("that was all");
  await chat.locator(".bubble", { hasText: "that was all" }).waitFor();
  await asWritten(chat.locator(".mine .bubble p"), evil);
  await harmless(page);

  // the workspace shows the same, and what else is said of a customer: notes, attributes, quick responses
  for (const [i, content] of evil.entries()) await w.call("POST", "/api/quick-responses", { shortcut: `evil${i}`, title: content.slice(0, 40), content });
  const desk = await w.desk(given.ben, { available: false }, `#/chat/${first.ContactId}`);
  watch(desk, left);
  await desk.locator(".bubble", { hasText: "that was all" }).waitFor();
  await asWritten(desk.locator(".message:not(.mine) .bubble p"), evil);
  for (const place of [".middle h2", ".list strong", ".message .name"]) await asWritten(desk.locator(place), [evil[0]]);
  await asWritten(desk.locator(".list .sub"), [evil[0]]);
  await desk.getByRole("tab", { name: "About" }).click();
  await asWritten(desk.getByRole("tabpanel").locator("dt"), names);
  await asWritten(desk.getByRole("tabpanel").locator("dd"), evil);
  await harmless(desk);
  await desk.getByRole("tab", { name: "Notes" }).click();
  for (const text of [evil[0], evil[6]]) {
    await desk.getByLabel("New note").fill(text);
    await desk.getByRole("button", { name: "Add the note" }).click();
    await desk.getByRole("tabpanel").getByText(text, { exact: true }).waitFor();
  }
  await desk.getByLabel("Your message").fill("/evil");
  await desk.getByRole("listbox", { name: "Quick responses" }).getByRole("option").first().waitFor();
  await harmless(desk);

  // what comes while somebody looks; then the chat is over, and is read in the history of the next one
  await participant(first.ParticipantToken).then((customer) => customer.leave());
  const again = await w.visit(w.stranger.url);
  watch(again, left);
  const next = await comes(again);
  const { ContactId } = again.contacts[0];
  await agentOf(ContactId);
  await desk.goto(`${given.url}/agent#/chat/${ContactId}`);
  await desk.locator(".middle h2", { hasText: evil[0] }).waitFor();
  for (const text of evil) {
    await next.getByLabel("Your message").fill(text);
    await next.getByLabel("Your message").press("Enter");
  }
  await asWritten(desk.locator(".message:not(.mine) .bubble p"), evil);
  await harmless(desk);
  await desk.getByRole("tab", { name: "History" }).click();
  await desk.getByRole("tabpanel", { name: "History" }).getByRole("button", { name: evil[0] }).first().click();
  await asWritten(desk.getByRole("dialog").locator(".bubble p"), evil);
  await asWritten(desk.getByRole("dialog").locator(".name bdi"), [evil[0]]);
  await harmless(desk);

  // who supervises sees it, too
  const board = await w.visit(`${given.url}/agent#/live`, { viewport: { width: 1360, height: 800 } });
  watch(board, left);
  await enterAs(board, given.admin);
  await board.getByRole("heading", { name: "Live board" }).waitFor();
  await board.getByText(evil[0], { exact: true }).first().waitFor();
  await board.getByRole("button", { name: `Watch ${evil[0]}` }).click();
  await asWritten(board.locator(".bubble p"), evil);
  await harmless(board);

  await inTheConsole(w, left, first.ContactId, names);
  assert.deepEqual(left, []);
});

/** Somebody who says such things where a form asks for a name starts a chat. */
async function comes(page) {
  await page.getByRole("button", { name: "Chat with us" }).click();
  const chat = page.frameLocator("iframe");
  const inputs = chat.locator("form input");
  await inputs.first().waitFor();
  for (let i = 0; i < (await inputs.count()); i++) await inputs.nth(i).fill(evil[i]);
  await harmless(page);
  await chat.locator("form button[type=submit]").click();
  await until("the chat has started", () => page.contacts.length > 0);
  return chat;
}

function template(templateType, content) {
  return JSON.stringify({ templateType, version: "1.0", data: { content } });
}
