// A signed-in customer with two devices: the chat that goes on is on both, with everything once; nobody else sees it.
import assert from "node:assert/strict";
import { agentOf, picture, run, shown, signer, until } from "./world.mjs";

await run(async (w) => {
  const signed = await signer(w);
  const telephone = { viewport: { width: 360, height: 640 } };

  /** A device of a customer, with the window open. */
  async function device(customer, options) {
    const page = await w.visit(w.stranger.url, options);
    const looks = [];
    page.on("requestfinished", (request) => request.url().endsWith("/open") && looks.push(request.url()));
    await page.getByRole("button", { name: /^Chat with us/ }).waitFor();
    const identify = (who) => page.evaluate((token) => globalThis.parley.identify(token), who && signed(who));
    await identify(customer);
    const chat = page.frameLocator("iframe");
    const say = async (text) => {
      await chat.getByLabel("Your message").fill(text);
      await chat.getByLabel("Your message").press("Enter");
    };
    return { page, looks, chat, identify, say, form: chat.getByLabel("Your name"), open: () => page.getByRole("button", { name: /^Chat with us/ }).click() };
  }
  const end = async ({ chat }) => {
    await chat.getByLabel("More").click();
    await chat.getByRole("button", { name: "End the chat" }).click();
    await chat.getByRole("dialog").getByRole("button", { name: "End the chat" }).click();
    await chat.getByRole("button", { name: "Start a new chat" }).waitFor();
  };
  const once = (what, device, texts) =>
    until(`${what}: ${texts}`, async () => {
      const all = await shown(device.chat);
      return texts.every((text) => all.filter((one) => one === text).length === 1);
    });

  const desk = await device("ada");
  const { ContactId } = await w.begin(desk.page);
  const agent = await agentOf(ContactId);
  await desk.say("My order is late");
  await agent.say("I am looking");
  await once("the desk", desk, ["My order is late", "I am looking"]);

  // the second device: no form, but the chat; both send, and everything is there once, on the side of whose it is
  const phone = await device("ada", telephone);
  await phone.open();
  await once("the telephone, from before", phone, ["My order is late", "I am looking"]);
  assert.equal(await phone.form.count(), 0);
  await phone.say("And now from my telephone");
  await desk.say("Are you there?");
  await agent.say("On both of them");
  const all = ["My order is late", "I am looking", "And now from my telephone", "Are you there?", "On both of them"];
  for (const [name, one] of [["the desk", desk], ["the telephone", phone]]) {
    await once(name, one, all);
    assert.equal(await one.chat.locator(".message.mine .bubble").count(), 3, name);
  }
  assert.equal(phone.page.contacts.length, 0);
  await picture(phone.page, "devices-telephone");

  // many at once, from both
  await Promise.all([desk, phone].map(async (one, side) => {
    for (let i = 0; i < 10; i++) await one.say(`${side}-${i}`);
  }));
  const many = [0, 1].flatMap((side) => Array.from({ length: 10 }, (_, i) => `${side}-${i}`));
  for (const [name, one] of [["the desk", desk], ["the telephone", phone]]) await once(name, one, many);
  const said = (await agent.transcript()).filter((item) => /^\d-\d$/.test(item.Content ?? ""));
  assert.equal(said.length, 20);

  // signed out, and somebody else: nothing
  await phone.identify(undefined);
  await phone.form.waitFor();
  assert.equal((await shown(phone.chat)).length, 0);
  const other = await device("bob", telephone);
  await other.open();
  await other.form.waitFor();
  assert.equal((await shown(other.chat)).length, 0);
  await other.form.fill("Bo");
  await other.chat.getByLabel("Close the chat window").click();
  await other.open();
  await until("it has looked again", async () => other.looks.length > 1 && !(await other.chat.getByText("Loading").count()));
  assert.equal(await other.form.inputValue(), "Bo");
  assert.doesNotMatch(await other.page.frames()[1].evaluate(() => document.body.textContent + JSON.stringify({ ...localStorage })), new RegExp(`order|${ContactId}`));
  await phone.identify("ada");
  await once("the telephone again", phone, all);

  // ended on one device, it is over on both; a new one that the desk starts is there on the telephone
  await phone.page.reload();
  await end(desk);
  await desk.chat.getByRole("button", { name: "Start a new chat" }).click();
  await desk.form.fill("Ada");
  await desk.chat.getByRole("button", { name: "Start the chat" }).click();
  await until("the next chat", () => desk.page.contacts.length === 2);
  await desk.say("Another thing");
  await once("the desk", desk, ["Another thing"]);
  assert.equal((await shown(desk.chat)).includes("My order is late"), false); // the widget does not say that it is shown
  await phone.identify("ada");
  await once("the telephone has the next chat", phone, ["Another thing"]);

  // two new devices of one customer that start at once: one chat
  const pair = await Promise.all([device("cleo"), device("cleo", telephone)]);
  for (const one of pair) {
    await one.open();
    await one.form.fill("Cleo");
  }
  await Promise.all(pair.map((one) => one.chat.getByRole("button", { name: "Start the chat" }).click()));
  await until("both have started", () => pair.every((one) => one.page.contacts.length === 1));
  assert.equal(pair[0].page.contacts[0].ContactId, pair[1].page.contacts[0].ContactId);
  await pair[0].say("from the first");
  await pair[1].say("from the second");
  for (const one of pair) await once("a device that started at once", one, ["from the first", "from the second"]);

  // where the widget says so, the next chat shows the one before: read once, with who said what, and it goes on
  await w.call("PATCH", `/api/widgets/${w.widget.split("/")[1]}`, { keep_history: true });
  await end(desk);
  const laptop = await device("ada");
  await laptop.open();
  await laptop.form.fill("Ada");
  await laptop.chat.getByRole("button", { name: "Start the chat" }).click();
  await until("the third chat", () => laptop.page.contacts.length === 1);
  assert.ok(laptop.page.contacts[0].ContinuedFromContactId);
  await once("the chat before, before anything is said", laptop, ["Another thing"]);
  const third = await agentOf(laptop.page.contacts[0].ContactId);
  await laptop.say("Still the other thing");
  await third.say("I see what you said");
  await once("the chat before", laptop, ["Another thing", "Still the other thing", "I see what you said"]);
  assert.equal(await laptop.chat.locator(".message.mine .bubble").count(), 2);
  await laptop.chat.getByText("This chat has ended").waitFor();
  await laptop.chat.getByLabel("Your message").waitFor();
  await picture(laptop.page, "devices-history");
  w.wire.cut(); // and it is found again after the line was lost
  await laptop.chat.getByText("The connection is lost").waitFor();
  w.wire.mend();
  await laptop.chat.getByText("The connection is lost").waitFor({ state: "detached" });
  await third.say("Back again");
  await once("after a loss", laptop, ["Another thing", "Back again"]);

  // also of chats that are so short that there is nothing to scroll
  const brief = await device("dora");
  await brief.open();
  for (const [i, text] of ["one", "two", ""].entries()) {
    await brief.form.fill("Dora");
    await brief.chat.getByRole("button", { name: "Start the chat" }).click();
    await until("a brief chat", () => brief.page.contacts.length === i + 1);
    if (!text) break;
    await brief.say(text);
    await once("a brief chat", brief, [text]);
    await end(brief);
    await brief.chat.getByRole("button", { name: "Start a new chat" }).click();
  }
  await once("brief chats before", brief, ["one", "two"]);
});
