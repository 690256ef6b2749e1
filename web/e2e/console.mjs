// The console: a flow built by mouse and one by keyboard alone, each chatted with; what the server would refuse, said at the block; undo; publishing,
// comparing, going back; a conversation tried; a chat that goes on; a queue made and deleted. What flows hold stays text.
import assert from "node:assert/strict";
import { given, picture, run, until } from "./world.mjs";
import { pages } from "./consolepages.mjs";
import { enter, newFlow } from "./consoleworld.mjs";

const evil = [`<img src=x onerror="globalThis.pwned=1">`, `"><script>globalThis.pwned=1</script>`, `{{constructor.constructor('globalThis.pwned=1')()}}`, `javascript:globalThis.pwned=1`, `[here](javascript:globalThis.pwned=1)`];

/** Draws from the middle of one thing to the middle of another. */
async function drag(page, from, to, far = 0) {
  const [a, b] = [await from.boundingBox(), await to.boundingBox()];
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move((a.x + b.x) / 2, (a.y + b.y) / 2, { steps: 4 });
  await page.mouse.move(b.x + (far ? b.width * far : Math.min(b.width / 2, 60)), b.y + (far ? b.height * far : Math.min(b.height / 2, 20)), { steps: 4 });
  await page.mouse.up();
}

/** A customer comes by the widget, which starts a flow; gives what the chat shows first. */
async function chatWith(w, flow) {
  await w.call("PATCH", `/api/widgets/${w.widget.split("/")[1]}`, { flow_id: flow });
  const page = await w.visit(w.stranger.url);
  const { chat, ContactId } = await w.begin(page);
  return { page, chat, contact: ContactId, hears: (text) => chat.locator(".bubble", { hasText: text }).waitFor(), close: () => page.context().close() };
}

await run(async (w) => {
  // by mouse
  const page = await w.visit(`${given.url}/admin`, { viewport: { width: 1280, height: 800 } });
  await enter(page);
  const flow = await newFlow(page, "By mouse");
  const block = (id) => page.locator(`[data-block="${id}"]`);
  await drag(page, page.getByRole("button", { name: "Send message", exact: true }), page.locator(".canvas"), 0.5);
  await block("message-participant").waitFor();
  const box = await block("message-participant").boundingBox(); // and moved a little
  await page.mouse.move(box.x + 60, box.y + 15);
  await page.mouse.down();
  await page.mouse.move(box.x + 100, box.y + 55, { steps: 5 });
  await page.mouse.up();
  assert.ok(Math.abs((await block("message-participant").boundingBox()).x - box.x - 40) < 2);

  // what the server would refuse is said at the block, and nothing can be published
  await block("message-participant").locator(".mark").waitFor();
  await page.getByText("The way out “Next” leads nowhere yet.").first().waitFor();
  await page.getByText("Text is empty.").first().waitFor();
  assert.ok(await page.getByRole("button", { name: "Publish" }).isDisabled());
  await picture(page, "editor-mouse-errors");
  await page.getByLabel("Text", { exact: true }).fill("Hello from the mouse");
  await drag(page, page.getByRole("button", { name: "The start leads to …" }), block("message-participant"));
  await drag(page, page.getByRole("button", { name: "Next of message-participant leads to …" }), block("end"));
  await until("nothing is wrong", async () => !(await page.getByRole("button", { name: "Publish" }).isDisabled()));

  // undo and redo
  assert.equal(await page.locator("path.wire.next").count(), 1);
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await page.locator("path.wire.next").count(), 0);
  await page.getByRole("button", { name: "Redo" }).click();
  assert.equal(await page.locator("path.wire.next").count(), 1);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Published. New chats run it from now on.").first().waitFor();
  await picture(page, "editor-mouse");
  let talk = await chatWith(w, flow);
  await talk.hears("Hello from the mouse");
  await talk.close();

  // a version, another content, what differs, and back
  await page.getByRole("button", { name: "Versions" }).click();
  await page.getByLabel("What this version is").fill("The first one");
  await page.getByRole("button", { name: "Keep as a version" }).click();
  await page.getByText("Version 1").waitFor();
  await block("message-participant").locator(".face").click();
  await page.getByLabel("Text", { exact: true }).fill("Quite another greeting");
  await until("it is checked", async () => !(await page.getByRole("button", { name: "Publish" }).isDisabled()));
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Published. New chats run it from now on.").first().waitFor();
  talk = await chatWith(w, flow);
  await talk.hears("Quite another greeting");
  await talk.close();
  await page.getByRole("button", { name: "Versions" }).click();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  const differences = page.getByRole("region", { name: "Differences" });
  await differences.getByText("Hello from the mouse").waitFor();
  await differences.getByText("Quite another greeting").waitFor();
  await picture(page, "editor-versions");
  await page.getByRole("button", { name: "Roll back to 1" }).click();
  await page.getByText("That version is published again.").first().waitFor();
  talk = await chatWith(w, flow);
  await talk.hears("Hello from the mouse");
  await talk.close();

  // a conversation is tried, step by step
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByRole("button", { name: "Let the customer connect" }).click();
  const conversation = page.getByRole("list", { name: "The conversation" });
  await conversation.getByText("Hello from the mouse").waitFor();
  await page.getByText("Step 2 of 2").waitFor();
  await page.getByRole("button", { name: "Step back" }).click();
  await page.getByText("Step 1 of 2").waitFor();
  assert.equal(await page.locator(".block.running").getAttribute("data-block"), "message-participant");
  await picture(page, "editor-try");

  // where a chat that goes on stands: in the flow's Wait
  const waiting = (await w.call("POST", "/api/connect/CreateContactFlow", { Name: "Waits", Type: "CONTACT_FLOW", Content: JSON.stringify({
    Version: "2019-10-30", StartAction: "wait", Actions: [
      { Identifier: "wait", Type: "Wait", Parameters: { TimeLimitSeconds: "600" }, Transitions: { Conditions: [{ NextAction: "end", Condition: { Operator: "Equals", Operands: ["WaitCompleted"] } }], Errors: [{ ErrorType: "NoMatchingError", NextAction: "end" }] } },
      { Identifier: "end", Type: "DisconnectParticipant", Parameters: {}, Transitions: {} },
    ],
  }) })).ContactFlowId;
  talk = await chatWith(w, waiting);
  await page.goto(`${given.url}/admin#/flows/${waiting}/chat/${talk.contact}`);
  await page.locator('.block.running[data-block="wait"]').waitFor();
  await page.getByText("The flow waits for time or an event.").waitFor();
  await picture(page, "editor-live");
  await talk.close();

  // what a flow holds stays text
  const nasty = { Version: "2019-10-30", StartAction: evil[0].slice(0, 20), Actions: evil.map((text, i) => ({ Identifier: i ? `${i}${text}` : text.slice(0, 20), Type: i === 2 ? text : "MessageParticipant", Parameters: { Text: text, [text]: { [text]: text } }, Transitions: { NextAction: text.slice(0, 20), Conditions: [{ NextAction: "1", Condition: { Operator: text, Operands: [text] } }], Errors: [{ ErrorType: text, NextAction: "end" }] } })) };
  await page.goto(`${given.url}/admin#/flows/${flow}`);
  await page.getByRole("heading", { name: "By mouse" }).waitFor();
  await page.setInputFiles("input[type=file]", { name: "evil.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(nasty)) });
  await page.locator(".block").nth(evil.length - 1).waitFor();
  for (let i = 0; i < evil.length; i++) {
    await page.locator(".block .face").nth(i).click({ force: true });
    await page.getByRole("button", { name: "Delete the block" }).waitFor();
  }
  await page.getByRole("button", { name: "Outline", exact: true }).click();
  await page.locator(".outline button").nth(evil.length - 1).waitFor();
  await page.getByRole("button", { name: /^Checks/ }).click();
  await page.locator(".check").first().waitFor();
  await picture(page, "editor-evil");
  assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("#app *")].filter((one) => one.matches("script, iframe, object, embed, style, base, img, form[action], a[href^=javascript]") || one.getAttributeNames().some((name) => name.startsWith("on"))).map((one) => one.outerHTML)), []);
  for (let i = 0; i < 3; i++) await page.getByRole("button", { name: "Undo" }).click().catch(() => {});
  page.on("dialog", (dialog) => dialog.accept());

  // a queue is made, changed and deleted, and shows its id and ARN
  await page.goto(`${given.url}/admin#/setup/queues/new`);
  await page.getByLabel("Name").fill("Made by hand");
  await page.getByLabel("Hours of operation").selectOption({ index: 1 });
  await page.getByRole("button", { name: "Make the queue" }).click();
  await page.getByRole("heading", { name: "Made by hand" }).waitFor();
  assert.match(await page.locator("dd code").nth(1).innerText(), /^arn:aws:connect:.*\/queue\//);
  await page.getByLabel("Description").fill("For this test");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  await picture(page, "setup-queue");
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Queues" }).waitFor();
  await page.context().close();

  await keyboardOnly(w);
  await pages(w);
});

/** From signing in to publishing without a pointer. */
async function keyboardOnly(w) {
  const page = await w.visit(`${given.url}/admin`, { viewport: { width: 1280, height: 800 } });
  const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const type = (text) => page.keyboard.type(text);
  /** Tab goes on until something has the focus. */
  const reach = async (what, matches, back = false) => {
    for (let i = 0; i < 150; i++) {
      const found = await page.evaluate(() => {
        const here = document.activeElement;
        const label = here?.labels?.[0]?.innerText ?? here?.getAttribute?.("aria-label") ?? here?.innerText ?? "";
        return label.replace(/\s+/g, " ").trim();
      });
      if (matches(found)) return;
      await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    }
    throw new Error(`the keyboard does not reach ${what}`);
  };
  const at = (name) => reach(name, (found) => found === name || found === `${name} *`);
  const begins = (name, back) => reach(name, (found) => found.startsWith(name), back);
  await page.getByLabel("User name").waitFor();
  await at("User name");
  await type(given.admin.username);
  await at("Password");
  await type(given.admin.password);
  await press("Enter");
  await page.getByRole("link", { name: "Flows" }).waitFor();
  await at("Flows");
  await press("Enter");
  await page.getByRole("heading", { name: "Flows" }).waitFor();
  await at("New flow");
  await press("Enter");
  await page.getByRole("dialog").waitFor();
  await at("Name");
  await type("By keyboard");
  await press("Enter");
  await page.getByRole("heading", { name: "By keyboard" }).waitFor();
  await at("Outline");
  await press("Enter");
  await page.locator(".outline").waitFor();
  await at("Send message");
  await press("Enter");
  await at("Text");
  await type("Hello from the keyboard");
  await at("Next");
  await press("ArrowDown"); // from "nowhere yet" to the first block of the flow, its end
  await at("Start here");
  await press("Enter");
  await until("nothing is wrong", async () => !(await page.getByRole("button", { name: "Publish" }).isDisabled()));
  await picture(page, "editor-keyboard");
  await begins("Publish", true);
  await press("Enter");
  await page.getByText("Published. New chats run it from now on.").first().waitFor();
  const flow = page.url().split("/").at(-1);
  const talk = await chatWith(w, flow);
  await talk.hears("Hello from the keyboard");
  await talk.close();
  await page.context().close();
}
