// A widget whose queue is closed or full says so before the form, and takes messages where there is a flow for them: an agent who comes
// later answers in the chat that the message began, and the customer finds the answer in the window.
import assert from "node:assert/strict";
import { agentOf, given, picture, run, shown, signIn, until, violations } from "./world.mjs";

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const opens = (locale, timeZone) =>
  new Date(given.opens).toLocaleString(locale, { timeZone, weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit", numberingSystem: "latn" });

async function looks(page, frame, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await picture(page, `leave-${name}-${colorScheme}`);
    assert.deepEqual(await violations(frame), [], `${name} ${colorScheme}`);
    assert.ok(await frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than its window`);
  }
}

await run(async (w) => {
  const change = (what) => w.call("PATCH", `/api/widgets/${w.widget.split("/")[1]}`, what);
  const chatOf = async (page) => {
    await page.getByRole("button", { name: /^Chat with us/ }).click();
    return page.frameLocator("iframe");
  };

  // closed, and nobody takes messages: when it opens, and nothing to fill in
  await change({ queue_id: given.closed });
  const page = await w.visit(w.stranger.url, phone);
  const chat = await chatOf(page);
  const closed = `We are closed right now. We open again: ${opens("en-GB", "UTC")}.`;
  await chat.getByText(closed, { exact: true }).waitFor();
  assert.equal(await chat.getByRole("textbox").count(), 0);
  assert.equal(await chat.getByRole("button", { name: "Start the chat" }).count(), 0);
  await looks(page, page.frames()[1], "closed");

  // with a flow for messages, which the window sees when it is opened again
  await change({ message_flow_id: given.flow });
  await chat.getByRole("button", { name: "Close the chat window" }).click();
  await page.waitForTimeout(1_100);
  await page.getByRole("button", { name: /^Chat with us/ }).click();
  const leave = chat.getByRole("button", { name: "Leave the message" });
  await leave.waitFor();
  await chat.getByText(`${closed} Leave us a message: the answer will be here.`).waitFor();
  await chat.getByLabel("Your name").fill("Ada");
  await chat.getByLabel("Your message").fill("  ");
  await leave.click();
  await chat.getByText("Please fill in: Your message").waitFor();
  await looks(page, page.frames()[1], "form");
  await chat.getByLabel("What is it about?").fill("Order 77");
  await chat.getByLabel("Your message").fill("My order has not come.\nWhere is it?");

  // an answer that is lost is no second message
  let lost;
  await page.route("**/start", async (route) => {
    lost = await (await route.fetch()).json();
    await route.abort();
  }, { times: 1 });
  await leave.click();
  await chat.getByText("The server cannot be reached").waitFor();
  await leave.click();
  const received = chat.getByText("We have received your message.");
  await received.waitFor();
  await until("the message is there, once", async () => (await shown(chat)).filter((text) => text === "My order has not come.\nWhere is it?").length === 1);
  assert.equal(await chat.getByText("in the queue").count(), 0, "nobody waits for who left a message");
  await looks(page, page.frames()[1], "received");
  const { ContactId } = page.contacts.at(-1);
  assert.equal(ContactId, lost.data.startChatResult.ContactId);
  await page.reload();
  await received.waitFor();
  await page.goto("about:blank");

  // somebody comes to work later, and answers; the customer comes back later still
  const ben = await signIn(given.ben);
  const { statuses } = await ben("GET", "/api/agent");
  await ben("PUT", "/api/agent/status", { status_id: statuses.find((status) => status.name === "Available").id });
  const agent = await agentOf(ContactId);
  const { attributes } = await ben("GET", `/api/agent/contacts/${ContactId}`);
  for (const [name, value] of [["left_message", "true"], ["HostedWidget-about", "Order 77"]]) assert.equal(attributes.find((one) => one.name === name)?.value, value, name);
  assert.equal((await agent.transcript()).filter((item) => item.Content === "My order has not come.\nWhere is it?").length, 1);
  await agent.say("It comes tomorrow.");
  await page.goto(w.stranger.url);
  if (!(await page.locator("iframe").isVisible())) await chatOf(page);
  await until("the answer is there", async () => (await shown(chat)).includes("It comes tomorrow."));
  assert.equal(await received.count(), 0);
  await looks(page, page.frames()[1], "answered");
  await chat.getByLabel("Your message").fill("Thank you!");
  await chat.getByLabel("Your message").press("Enter");
  await until("the customer goes on", async () => (await agent.transcript()).some((item) => item.Content === "Thank you!"));

  // full: the form is there all the same, or takes a message; what is filled in stays when it changes, a minute later
  await change({ queue_id: given.crowded, message_flow_id: "" });
  const other = await w.visit("about:blank", phone);
  await other.clock.install();
  await other.goto(w.stranger.url);
  const crowd = await chatOf(other);
  const busy = crowd.getByText("All our people are busy right now. You can start a chat all the same; it may take longer until somebody answers.");
  await busy.waitFor();
  await looks(other, other.frames()[1], "full");
  await crowd.getByLabel("Your name").fill("Bob");
  await change({ message_flow_id: given.flow });
  await other.clock.runFor(61_000);
  await crowd.getByText("All our people are busy right now. Leave us a message: the answer will be here.").waitFor();
  await crowd.getByLabel("Your message").fill("Call me");
  w.wire.cut(); // what is known stays
  await other.clock.runFor(61_000);
  w.wire.mend();
  assert.equal(await crowd.getByLabel("Your message").inputValue(), "Call me");
  await change({ queue_id: "" });
  await other.clock.runFor(61_000);
  await crowd.getByRole("button", { name: "Start the chat" }).waitFor();
  assert.equal(await crowd.getByText("All our people are busy").count(), 0);
  assert.equal(await crowd.getByLabel("Your name").inputValue(), "Bob");
  await change({ queue_id: given.crowded, message_flow_id: "" });
  await other.clock.runFor(61_000);
  await busy.waitFor();
  await crowd.getByRole("button", { name: "Start the chat" }).click();
  await until("the chat starts all the same", () => other.contacts.length > 0);
  await until("what was written is not lost", async () => (await crowd.getByLabel("Your message").inputValue()) === "Call me");
  await other.context().close();

  // in the visitor's language and time
  await change({ queue_id: given.closed, message_flow_id: given.flow });
  for (const [locale, timezoneId, button] of [["de-DE", "Asia/Tokyo", "Nachricht hinterlassen"], ["fr-FR", "Europe/Paris", "Laisser le message"], ["es-ES", "America/New_York", "Dejar el mensaje"], ["ar", "Africa/Cairo", "ترك الرسالة"]]) {
    const there = await w.visit(w.frame, { ...phone, locale, timezoneId });
    await there.getByRole("button", { name: button }).waitFor();
    const said = await there.locator(".notice").innerText();
    assert.ok(said.includes(opens(locale, timezoneId)), `${locale}: ${said}`);
    await looks(there, there.mainFrame(), locale);
    await there.context().close();
  }
});
