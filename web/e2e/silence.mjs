// A customer who says nothing: is warned with the time that is left, on every device, until something is said; and told why the chat ended.
import assert from "node:assert/strict";
import { agentOf, given, picture, run, shown, until, violations } from "./world.mjs";

/** Moves the server's clock. */
async function advance(seconds) {
  const answer = await fetch(`${given.url}/_parley/clock/advance`, { method: "POST", headers: { "X-Parley-Test": "1", "Content-Type": "application/json" }, body: JSON.stringify({ seconds }) });
  assert.equal(answer.status, 200);
}

await run(async (w) => {
  const page = await w.visit(w.stranger.url, { viewport: { width: 360, height: 640 } });
  const { chat, ContactId } = await w.begin(page);
  const agent = await agentOf(ContactId);
  const warning = chat.getByRole("status").filter({ hasText: "Are you still there?" });
  await agent.say("What can I do for you?");
  await chat.locator(".bubble", { hasText: "What can I do for you?" }).waitFor();
  assert.equal(await warning.count(), 0);

  // the customer waits, and is waited for
  await advance(300);
  await until("it says how long is left", async () => (await warning.innerText()).includes("The chat ends in 2 minutes if you say nothing."));
  await picture(page, "silence-light");
  const axe = async () => assert.deepEqual(await violations(page.frames()[1]), []);
  await axe();
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "silence-dark");
  await axe();
  await page.emulateMedia({ colorScheme: "light" });

  // loaded again it is still there, with what is left by then
  await advance(40);
  await page.reload();
  await until("after a reload", async () => (await warning.innerText()).includes("The chat ends in 1 minute if you say nothing."));
  await advance(50);
  await page.reload();
  await until("at the last moment", async () => (await warning.innerText()).includes("The chat is about to end."));
  await chat.getByLabel("Your message").fill("I am here");
  assert.equal(await warning.count(), 1);
  await chat.getByLabel("Your message").press("Enter");
  await warning.waitFor({ state: "detached" });
  await agent.say("Good");
  await chat.locator(".bubble", { hasText: "Good" }).waitFor();
  assert.deepEqual((await shown(chat)).slice(-2), ["I am here", "Good"]);
  assert.equal(await chat.locator(".bubble", { hasText: "I am here" }).count(), 1);

  // nothing again: the chat ends, and it is said why; also to who comes back later
  await advance(300);
  await warning.waitFor();
  await advance(120);
  const why = chat.getByRole("status").filter({ hasText: "You had not written for a while" });
  await why.waitFor();
  await chat.getByRole("button", { name: "Start a new chat" }).waitFor();
  assert.equal(await warning.count(), 0);
  await picture(page, "silence-over");
  await axe();
  await page.reload();
  await why.waitFor();
  await chat.getByRole("button", { name: "Start a new chat" }).click();
  await chat.getByLabel("Your name").waitFor();
  assert.equal(await why.count(), 0);
});
