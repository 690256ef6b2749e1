// The console's pages of one thing each: a way through each, as somebody at work goes it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { enterAs, given, picture, signIn, until, violations } from "./world.mjs";
import { enter } from "./consoleworld.mjs";

/** Goes through all of them. */
export async function pages(w) {
  const page = await w.visit(`${given.url}/admin`, { viewport: { width: 1280, height: 800 } });
  await enter(page);
  const open = async (path, heading) => {
    await page.goto(`${given.url}/admin#/${path}`);
    await page.getByRole("heading", { name: heading, exact: true }).waitFor();
  };
  const walk = { page, open, press: (name) => page.getByRole("button", { name }).click(), dialog: page.getByRole("dialog") };
  await deliveries(walk);
  await customerData(walk, w);
  await keys(walk, w);
  await things(walk, w);
  await hierarchy(walk, w);
  await wordsAndSkills(walk, w);
  await telephone(w, await page.context().storageState());
  await aModule(walk, w);
  await page.context().close();
}

/** What a sink refused is seen with its reason and tried again; what another took is sent once more. */
async function deliveries({ page, open, press, dialog }) {
  await open("deliveries", "Deliveries");
  const rows = page.getByRole("region", { name: "Deliveries" }).locator("tbody tr");
  await until("a refusal is shown", async () => {
    if ((await rows.filter({ hasText: "it answered 400" }).count()) > 0) return true;
    await press("Look again");
  });
  const contact = await rows.first().locator("a").innerText();
  await fetch(`${given.crm}/take`);
  await press("Try all again: events/crm");
  await page.getByText("All chats are gone through now").waitFor();
  await until("everything is taken", async () => {
    if (await page.getByText("Everything was taken.").count()) return true;
    await press("Look again");
  });
  await until("all chats were gone through", async () => {
    if (await page.getByRole("region", { name: "Retries and replays" }).getByText("Queued").count()) return true;
    await press("Look again");
  });
  await page.getByLabel("Show").selectOption("all");
  await page.getByLabel("Contact id").fill(contact);
  await press(/^Show$/);
  await rows.filter({ hasText: "events/log" }).first().getByText("Delivered").waitFor();
  await rows.filter({ hasText: "events/log" }).first().getByRole("button", { name: "Replay this chat to events/log" }).click();
  await dialog.getByRole("button", { name: "Go on" }).click();
  await dialog.getByText("events/log gets again what it was told of the chat of this contact.").waitFor();
  await dialog.getByRole("button", { name: "Send again" }).click();
  await page.getByText(/^\d+ deliveries are sent again\.$/).waitFor();
  assert.equal(await dialog.count(), 0);
}

/** Rules that delete are asked about; what is held is downloaded; a message and a file are redacted and stay so; a chat is erased by who writes its id. */
async function customerData({ page, open, press, dialog }, w) {
  await open("data", "Customer data");
  await page.getByLabel("Files").fill("30");
  await press("Save the rules");
  await dialog.getByText("the files of chats that ended more than 30 days ago").waitFor();
  await dialog.getByRole("button", { name: "Save, and delete" }).click();
  await page.getByText("Saved. The rules are carried out within the hour.").waitFor();
  assert.equal((await w.call("GET", "/api/retention")).attachments_days, 30);
  await page.getByLabel("Files").fill("90"); // nothing goes by it
  await press("Save the rules");
  await until("it is saved", async () => (await w.call("GET", "/api/retention")).attachments_days === 90);

  await w.call("PATCH", `/api/widgets/${w.widget.split("/")[1]}`, { flow_id: given.flow }); // one whose chats go on
  const visitor = await w.visit(w.stranger.url);
  const { chat, ContactId: contact } = await w.begin(visitor);
  await chat.getByLabel("Your message").fill("My card is 4111 1111 1111 1111");
  await chat.getByLabel("Your message").press("Enter");
  await chat.locator(".bubble", { hasText: "My card" }).waitFor();
  const file = "what the invoice says";
  const chooser = visitor.waitForEvent("filechooser");
  await chat.getByRole("button", { name: "Attach a file" }).click();
  await (await chooser).setFiles({ name: "invoice.txt", mimeType: "text/plain", buffer: Buffer.from(file) });
  await chat.getByRole("button", { name: "Download invoice.txt" }).waitFor();

  // everything that is held, by the keyboard alone: of the chat of a contact, and of nobody
  await page.getByLabel("What is downloaded").selectOption("contact");
  await page.getByLabel("Contact id to download").fill("another");
  await page.keyboard.press("Enter");
  await page.getByText("The contact was not found").waitFor();
  await page.getByLabel("Contact id to download").fill(contact);
  await page.keyboard.press("Tab");
  const { names, bytes } = await saved(page, () => page.keyboard.press("Enter"));
  assert.equal(names.at(-1), "about.json");
  assert.ok(names.some((name) => name.endsWith("-invoice.txt")) && bytes.includes(file), names.join(" "));
  await page.route("**/api/exports", (route) => route.abort("connectionreset"), { times: 1 });
  await press("Download everything");
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByText("Your browser saves it").count(), 0);
  const asked = (await w.call("GET", "/api/audit")).entries.filter(({ event }) => /export/.test(event)).map(({ event, detail }) => `${event} ${detail}`);
  assert.deepEqual(asked, ["exported 1 chat", `export asked for of the contact ${contact}`]);

  await page.getByLabel("Contact in which it was said or sent").fill(contact);
  await press("Open the transcript");
  const row = page.locator("tbody tr", { hasText: "My card" });
  await row.getByRole("button").click();
  await dialog.getByRole("button", { name: "Redact" }).click();
  await page.getByText("The text of the message is gone.").waitFor();
  const { items } = await w.call("GET", `/api/history/${contact}/transcript`);
  assert.ok(items.some(({ content }) => content === "[REDACTED]") && !items.some(({ content }) => content?.includes("4111")), JSON.stringify(items));

  // a file, and then its name, by the keyboard alone
  const sent = page.locator("tbody tr", { hasText: ".txt" });
  for (const [name, also] of [["Redact the file invoice.txt", false], ["Redact the file invoice.txt", true]]) {
    await page.getByRole("button", { name }).focus();
    await page.keyboard.press("Enter");
    const box = dialog.getByLabel("Take away its name, too");
    assert.equal(await box.isChecked(), also); // of a file that is gone there is the name alone
    await dialog.getByRole("button", { name: "Redact" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText(also ? "The file is gone, and what it was called." : "The file is gone.", { exact: true }).waitFor();
    await sent.getByText("Not to be had any more").waitFor();
  }
  await sent.getByText("[REDACTED].txt").waitFor();
  assert.equal(await sent.getByRole("button").count(), 0);
  const left = (await w.call("GET", `/api/history/${contact}/transcript`)).items.filter(({ type }) => type === "ATTACHMENT").map(({ content }) => JSON.parse(content));
  assert.deepEqual(left.map(({ AttachmentName, Status }) => `${AttachmentName} ${Status}`), ["[REDACTED].txt REJECTED"]);
  const after = await saved(page, () => press("Download everything"));
  assert.ok(!after.names.some((one) => one.includes("/files/")) && !after.bytes.includes(file), after.names.join(" "));
  await limited(w, contact);

  await press("Erase …");
  const last = dialog.getByRole("button", { name: "Erase for ever" });
  await dialog.getByLabel("The id once more").fill("another");
  assert.ok(await last.isDisabled());
  await dialog.getByLabel("The id once more").fill(contact);
  await last.click();
  await dialog.getByRole("alert").waitFor(); // it goes on
  await press("Keep it");
  await page.getByLabel("End chats that go on").check();
  await press("Erase …");
  await dialog.getByLabel("The id once more").fill(contact);
  await last.click();
  await page.getByText("One chat is erased.").waitFor();
  await visitor.context().close();
}

/** What a press has the browser save: the names of what is in the zip file, and its bytes. */
async function saved(page, press) {
  const waiting = page.waitForEvent("download");
  await press();
  const download = await waiting;
  assert.match(download.url(), /^http.*\/api\/exports\//); // by the browser itself: the page does not hold it
  assert.equal(await download.failure(), null);
  const bytes = await readFile(await download.path());
  await page.getByText(download.suggestedFilename()).waitFor();
  const names = [];
  const end = bytes.length - 22; // the record at its end says how many there are, and where their list begins
  for (let left = bytes.readUInt16LE(end + 10), at = bytes.readUInt32LE(end + 16); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place));
    names.push(bytes.toString("utf8", at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return { names, bytes };
}

/** Who may only redact sees nothing of downloads and erasures, and is refused them. */
async function limited(w, contact) {
  const who = { username: "redactor", password: "Secret-Pass-1" };
  const called = (name, ...of) => w.call("POST", `/api/connect/${name}`, ...of);
  const profile = (await called("CreateSecurityProfile", { SecurityProfileName: "Redactors", Permissions: ["ContactSearch.View", "Transcripts.Redact"] })).SecurityProfileId;
  const routing = (await called("ListRoutingProfiles", {})).RoutingProfileSummaryList[0].Id;
  await called("CreateUser", { Username: who.username, Password: who.password, PhoneConfig: { PhoneType: "SOFT_PHONE" }, RoutingProfileId: routing, SecurityProfileIds: [profile] });
  const page = await w.visit(`${given.url}/admin#/data/${contact}`);
  await enterAs(page, who);
  await page.getByRole("region", { name: "Messages and files" }).waitFor();
  assert.deepEqual(await page.getByRole("button", { name: /Download everything|Erase/ }).count(), 0);
  await assert.rejects((await signIn(who))("POST", "/api/exports", { contact_id: contact }), /POST \/api\/exports: /);
  await page.context().close();
}

/** A key is made, its secret shown once; it is refused and let in again, and deleted. */
async function keys({ page, open, press, dialog }, w) {
  await open("setup/keys", "Access keys");
  await press("New access key");
  await dialog.getByLabel("What it is for").fill("Wallboard");
  await dialog.getByLabel("Find in Operations").fill("ListQueues");
  await dialog.getByLabel("ListQueues", { exact: true }).check();
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const made = page.getByRole("region", { name: "The new key" });
  await made.waitFor();
  const [id, secret] = await made.locator("code").allInnerTexts();
  assert.match(`${id} ${secret}`, /^AKIA\w{16} \S{40}$/);
  await press("I have kept it");
  assert.equal(await page.getByText(secret).count(), 0);
  await press("Refuse: Wallboard");
  await press("Let in: Wallboard");
  await page.getByRole("button", { name: "Refuse: Wallboard" }).waitFor();
  await press("Delete: Wallboard");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("There is no access key of this instance yet.").waitFor();
  assert.deepEqual((await w.call("GET", "/api/keys")).keys, []);
}

/** Things of Setup: a quick connect that a queue offers, a holiday, a view whose mistakes are said while it is written. */
async function things({ page, open, press }, w) {
  const called = (name, ...of) => w.call("POST", `/api/connect/${name}`, ...of);
  const flow = (await called("CreateContactFlow", { Name: "To the queue", Type: "QUEUE_TRANSFER", Content: JSON.stringify({ Version: "2019-10-30", StartAction: "end", Actions: [{ Identifier: "end", Type: "DisconnectParticipant", Parameters: {}, Transitions: {} }] }) })).ContactFlowId;
  const queue = (await called("ListQueues", { queueTypes: ["STANDARD"] })).QueueSummaryList[0];
  await open("setup/quick-connects/new", "New quick connect");
  await page.getByLabel("Name").fill("Second line");
  await page.getByLabel("Queue", { exact: false }).last().selectOption(queue.Id);
  await page.getByLabel("Flow on the way").selectOption(flow);
  await press("Make the quick connect");
  await page.getByRole("heading", { name: "Second line" }).waitFor();
  await open(`setup/queues/${queue.Id}`, queue.Name);
  await page.getByLabel("Second line").check();
  await press("Save");
  await page.getByText("Saved.").waitFor();
  assert.equal((await called("ListQueueQuickConnects", { QueueId: queue.Id })).QuickConnectSummaryList[0].Name, "Second line");

  await open("setup/overrides/new", "New override");
  await page.getByLabel("Hours of operation").selectOption({ index: 1 });
  await page.getByLabel("Name").fill("New Year");
  await page.getByLabel("First day").fill("2027-01-01");
  await page.getByLabel("Last day").fill("2027-01-01");
  await press("Make the override");
  await page.getByRole("heading", { name: "New Year" }).waitFor();
  await open("setup/overrides", "Overrides of hours");
  await page.getByRole("row", { name: /New Year .* 2027-01-01 2027-01-01 Closed/ }).waitFor();

  await open("setup/views/new", "New view");
  await page.getByLabel("Name").fill("Survey");
  const template = await page.getByLabel("Template").inputValue();
  await page.getByLabel("Template").fill("{");
  await page.getByText("This is no JSON").waitFor();
  await page.getByLabel("Template").fill(template.replace(/"Body": \[[^]*\]/, '"Body": []'));
  await page.getByLabel("Save it as").selectOption("PUBLISHED");
  await page.getByText("Content.Template must have a Body with at least one component").waitFor();
  await page.getByLabel("Template").fill(template);
  await press("Make the view");
  await page.getByRole("heading", { name: "Survey" }).waitFor();
  assert.equal((await called("DescribeView", { ViewId: page.url().split("/").at(-1) })).View.Status, "PUBLISHED");
}

/** The levels are named, groups made one below the other, and a user put into one, which then is not deleted; the levels stay while groups are on them. */
async function hierarchy({ page, open, press, dialog }, w) {
  const called = (name, ...of) => w.call("POST", `/api/connect/${name}`, ...of);
  await open("setup/hierarchy", "Hierarchy");
  await page.getByLabel("Level 1").fill("Country");
  await page.getByLabel("Level 2").fill("Site");
  await press("Save the levels");
  await page.getByText("Saved.").waitFor();
  for (const [group, below] of [["Iceland", ""], ["Akureyri", "Iceland"]]) {
    await open("setup/hierarchy/new", "New group");
    await page.getByLabel("Name").fill(group);
    await page.getByLabel("Below").selectOption({ label: below || "–" });
    await press("Make the group");
    await page.getByRole("heading", { name: group }).waitFor();
  }
  const id = page.url().split("/").at(-1);
  const { HierarchyGroup: made } = await called("DescribeUserHierarchyGroup", { HierarchyGroupId: id });
  assert.equal(made.HierarchyPath.LevelOne.Name, "Iceland");
  await page.getByLabel("Name").fill("Akureyri harbour");
  await press("Save");
  await page.getByText("Saved.").waitFor();
  await open(`setup/users/${given.agent}`, "Ben@example.com");
  await page.getByLabel("Group in the hierarchy").selectOption({ label: "Akureyri harbour" });
  await press("Save");
  await page.getByText("Saved.").waitFor();
  assert.equal((await called("DescribeUser", { UserId: given.agent })).User.HierarchyGroupId, id);
  await open("setup/hierarchy", "Hierarchy");
  await page.getByRole("row", { name: /Akureyri harbour Site Iceland/ }).waitFor();
  await page.getByLabel("Level 2").fill("");
  await press("Save the levels");
  await page.getByText("the group Akureyri harbour is on level 2").waitFor();
  await page.getByRole("link", { name: "Akureyri harbour" }).click();
  await press("Delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alert").waitFor(); // a user is in it
  await open(`setup/users/${given.agent}`, "Ben@example.com");
  await page.getByLabel("Group in the hierarchy").selectOption("");
  await press("Save");
  await page.getByText("Saved.").waitFor();
  await open(`setup/hierarchy/${id}`, "Akureyri harbour");
  await press("Delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Hierarchy" }).waitFor();
  await page.getByRole("row", { name: /Iceland/ }).waitFor();
  assert.equal(await page.getByRole("row", { name: /Akureyri/ }).count(), 0);
}

/** A prompt with what it says in a chat, and a predefined attribute with its values: made, changed, refused and deleted. */
async function wordsAndSkills({ page, open, press, dialog }, w) {
  const called = (name, ...of) => w.call("POST", `/api/connect/${name}`, ...of);
  await open("setup/prompts/new", "New prompt");
  await page.getByLabel("Name").fill("Please wait");
  await page.getByLabel("Address").fill("nowhere");
  await press("Make the prompt");
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Address").fill("s3://parley-text/Please%20wait");
  await press("Make the prompt");
  await page.getByRole("heading", { name: "Please wait" }).waitFor();
  const id = page.url().split("/").at(-1);
  await page.getByLabel("Name").fill("Please wait a little");
  await page.getByLabel("Description").fill("In every queue");
  await press("Save");
  await page.getByText("Saved.").waitFor();
  const { Prompt: prompt } = await called("DescribePrompt", { PromptId: id });
  assert.deepEqual([prompt.Name, prompt.Description], ["Please wait a little", "In every queue"]);
  await press("Delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Prompts" }).waitFor();
  await page.getByText("There is no prompt yet.").waitFor();

  await open("setup/attributes/new", "New predefined attribute");
  await page.getByLabel("Name").fill("Language");
  await page.getByLabel("Values").fill("Icelandic\n\n Faroese ");
  await press("Make the predefined attribute");
  await page.getByRole("heading", { name: "Language" }).waitFor();
  const values = async () => (await called("DescribePredefinedAttribute", { Name: "Language" })).PredefinedAttribute.Values.StringList;
  assert.deepEqual((await values()).sort(), ["Faroese", "Icelandic"]);
  await page.getByLabel("Values").fill("Icelandic\nDanish");
  await press("Save");
  await page.getByText("Saved.").waitFor();
  assert.deepEqual((await values()).sort(), ["Danish", "Icelandic"]);
  await page.getByLabel("Values").fill("");
  assert.ok(await page.getByRole("button", { name: "Save", exact: true }).isDisabled(), "one without values");
  await press("Delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Predefined attributes" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Language" }).count(), 0);
}

/** On a telephone the kinds of things are folded away: what was asked for is what is seen first. */
async function telephone(w, storageState) {
  const page = await w.visit(`${given.url}/admin#/setup/queues`, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, storageState });
  await page.getByRole("link", { name: "BasicQueue" }).waitFor();
  const nav = page.getByRole("navigation", { name: "What the instance is made of" });
  const which = nav.getByRole("button", { name: "Setup: Queues" });
  assert.equal(await nav.getByRole("link").count(), 0);
  assert.ok((await nav.boundingBox()).height < 80);
  assert.ok((await page.getByRole("link", { name: "BasicQueue" }).boundingBox()).y < 740, "the first queue is below the window");
  await which.tap();
  await nav.getByRole("link", { name: "Users" }).waitFor();
  await page.keyboard.press("Escape");
  await until("it is folded", async () => (await nav.getByRole("link").count()) === 0);
  await page.keyboard.press("Enter"); // where the focus is again
  await nav.getByRole("link", { name: "Hierarchy" }).tap();
  await page.getByRole("heading", { name: "Hierarchy", exact: true }).waitFor();
  await nav.getByRole("button", { name: "Setup: Hierarchy" }).waitFor();
  assert.equal(await nav.getByRole("link").count(), 0);
  await sections(page);
  await page.context().close();
}

/** The bar is one row: its parts fold into one button, by touch and by keyboard. */
async function sections(page) {
  const bar = page.getByRole("banner");
  const nav = page.getByRole("navigation", { name: "Sections" });
  const button = nav.getByRole("button");
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 740 });
    assert.ok((await bar.boundingBox()).height < 60, `the bar is one row at ${width}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  }
  const named = (label) => nav.getByRole("button", { name: `Sections: ${label}`, exact: true }).waitFor();
  const focused = () => button.evaluate((one) => one === document.activeElement);
  const folded = async () => (await nav.getByRole("link").count()) === 0 && (await button.getAttribute("aria-expanded")) === "false";
  await named("Setup");
  assert.ok(await folded());
  await button.tap();
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  assert.equal(await nav.getByRole("link", { name: "Setup" }).getAttribute("aria-current"), "page");
  assert.deepEqual(await nav.getByRole("link").allInnerTexts(), ["Dashboard", "Contacts", "Flows", "Setup", "Deliveries", "Customer data", "Audit"]);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await violations(page.mainFrame()), [], `the open menu, ${colorScheme}`);
    await picture(page, `console-sections-${colorScheme}`);
  }
  for (const link of await nav.getByRole("link").all()) {
    const box = await link.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 360 && box.height >= 44, JSON.stringify(box));
  }
  await nav.getByRole("link", { name: "Customer data" }).tap();
  await page.getByRole("heading", { name: "Customer data", exact: true }).waitFor();
  await named("Customer data");
  await until("it is folded, and the focus is at its button", async () => (await folded()) && focused());
  await page.setViewportSize({ width: 320, height: 740 });
  assert.ok((await bar.boundingBox()).height < 60, "the longest name at 320");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await picture(page, "console-sections-320");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok(await nav.getByRole("link", { name: "Dashboard" }).evaluate((one) => one === document.activeElement));
  await page.keyboard.press("Escape");
  await until("Escape folds it", async () => (await folded()) && focused());
  await page.keyboard.press("Enter");
  await nav.getByRole("link").first().waitFor();
  await page.touchscreen.tap(300, 700);
  await until("a press elsewhere folds it", folded);
  await page.setViewportSize({ width: 1000, height: 740 });
  await nav.getByRole("link", { name: "Audit" }).waitFor();
  assert.equal(await nav.getByRole("button").count(), 0);
}

/** A module is made, changed in the editor and published. */
async function aModule({ page, open, press, dialog }, w) {
  await open("modules", "Modules");
  await press("New module");
  await dialog.getByLabel("Name").fill("Greeting");
  await dialog.getByRole("button", { name: "Begin" }).click();
  await page.getByRole("heading", { name: "Greeting" }).waitFor();
  const id = page.url().split("/").at(-1);
  await press("Outline");
  await page.getByRole("button", { name: "Send message", exact: true }).click();
  await page.getByLabel("Text", { exact: true }).fill("Hello from a module $.Modules.Input");
  await page.getByLabel("Next", { exact: true }).selectOption("end");
  await press("Start here");
  await until("nothing is wrong", async () => !(await page.getByRole("button", { name: "Publish" }).isDisabled()));
  await page.getByRole("button", { name: "Try it", exact: true }).click();
  await page.getByLabel("Input").fill("{");
  await page.getByText("This is no JSON.").waitFor();
  await page.getByLabel("Input").fill("7");
  await press("Let the customer connect");
  const conversation = page.getByRole("list", { name: "The conversation" });
  await conversation.getByText("Hello from a module 7").waitFor();
  assert.deepEqual((await conversation.locator(".step strong").allInnerTexts()), ["Send message", "Return"]);
  await page.getByText("The module has returned, or has ended the chat.").waitFor();
  await press("Publish");
  await page.getByText("Published. New chats run it from now on.").first().waitFor();
  const { ContactFlowModule: made } = await w.call("POST", "/api/connect/DescribeContactFlowModule", { ContactFlowModuleId: id });
  assert.ok(made.Content.includes("Hello from a module"));
  await page.getByRole("button", { name: "Versions" }).click();
  await page.getByLabel("What this version is").fill("The first one");
  await press("Keep as a version");
  await page.getByText("Version 1").waitFor();
}
