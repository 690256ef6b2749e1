// A device that several people use: the chat of a customer whom the site has signed in is shown to that customer alone.
import assert from "node:assert/strict";
import { agentOf, run, signer, until } from "./world.mjs";

await run(async (w) => {
  const signed = await signer(w);
  const page = await w.visit(w.stranger.url);
  const launcher = page.getByRole("button", { name: /^Chat with us/ });
  await launcher.waitFor();
  const identify = (customer) => page.evaluate((token) => globalThis.parley.identify(token), customer && signed(customer));
  const chat = page.frameLocator("iframe");
  const form = chat.getByLabel("Your name");
  const secretWords = chat.locator(".bubble", { hasText: "My card has been stolen" });

  await identify("ada äöü");
  const { ContactId } = await w.begin(page);
  const agent = await agentOf(ContactId);
  const message = chat.getByLabel("Your message");
  await message.fill("My card has been stolen");
  await message.press("Enter");
  await secretWords.waitFor();
  await message.fill("half a sen");

  // a page that has not said who is there, and a customer who signs out and in again
  await page.reload();
  await form.waitFor();
  assert.equal(await form.inputValue(), "");
  await identify("ada äöü");
  await secretWords.waitFor();
  assert.equal(await message.inputValue(), "half a sen");
  await agent.say("Your card is blocked.");
  await chat.locator(".bubble", { hasText: "blocked" }).waitFor();
  await identify(undefined);
  await form.waitFor();
  await agent.say("Is it still blocked?");
  await new Promise((resolve) => setTimeout(resolve, 1000)); // nothing comes, and a screen reader finds nothing either
  assert.doesNotMatch(await page.frames()[1].evaluate(() => document.body.textContent), /stolen|blocked/);
  await page.getByRole("button", { name: "Chat with us", exact: true }).waitFor();
  await identify("ada äöü");
  await secretWords.waitFor();

  // somebody else: nothing is shown, and nothing is left
  await identify("bob");
  await form.waitFor();
  assert.equal(await form.inputValue(), "");
  assert.equal(await secretWords.count(), 0);
  const kept = () => page.frames()[1].evaluate(() => JSON.stringify({ ...localStorage }));
  assert.doesNotMatch(await kept(), new RegExp(ContactId));
  await form.fill("Bob");
  await chat.getByRole("button", { name: "Start the chat" }).click();
  await until("Bob's chat has started", () => page.contacts.length === 2);
  await chat.locator(".bubble", { hasText: "Thanks for getting in touch" }).waitFor();
  assert.equal(await secretWords.count(), 0);

  // a chat that begins while the next customer comes
  await identify("dora");
  await form.fill("Dora");
  let answer;
  await page.route("**/start", async (route) => {
    await new Promise((resolve) => (answer = resolve));
    await route.continue();
  });
  await chat.getByRole("button", { name: "Start the chat" }).click();
  await until("the chat is being started", () => answer);
  await identify("eve");
  answer();
  await until("Dora's chat has started", () => page.contacts.length === 3);
  await until("it is not eve's", async () => (await form.isVisible()) && (await form.inputValue()) === "");
  assert.equal(await chat.locator(".bubble").count(), 0);
  assert.doesNotMatch(await kept(), new RegExp(page.contacts[2].ContactId));

  // whoever is not signed in keeps the chat across signing in: it was theirs before
  const other = await w.visit(w.stranger.url);
  const { chat: anonymous } = await w.begin(other, "Cleo");
  await anonymous.locator(".bubble", { hasText: "Thanks for getting in touch" }).waitFor();
  await other.evaluate((token) => globalThis.parley.identify(token), signed("cleo"));
  await other.reload();
  await anonymous.locator(".bubble", { hasText: "Thanks for getting in touch" }).waitFor();
});
