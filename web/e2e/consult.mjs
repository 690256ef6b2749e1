// An agent asks another one in: takes the invitation back, asks again, both talk with the customer, and the second one goes on alone. The
// customer is told who has joined and left, and reads nothing of the invitation, nor of what colleagues note.
import assert from "node:assert/strict";
import { allAway, furnish, given, picture, run, until, violations } from "./world.mjs";

const said = (page, text) => page.locator(".bubble", { hasText: text }).first().waitFor();
const status = (page, label) => page.getByLabel("Your status").selectOption({ label });
const contact = (page) => page.getByRole("navigation", { name: "Your chats" }).getByRole("link", { name: /Ada/ });

async function write(page, text) {
  await page.getByLabel("Your message").fill(text);
  await page.getByLabel("Your message").press("Enter");
}

async function leave(page) {
  await page.getByRole("button", { name: "End the chat" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End the chat" }).click();
  await page.getByLabel("What became of it").selectOption("Solved");
  await page.getByRole("button", { name: "Finish" }).click();
  await contact(page).waitFor({ state: "detached" });
}

await run(async (w) => {
  await furnish(w.call);
  await allAway(given.Ana, given.Bo, given.Mona);
  const ana = await w.desk(given.Ana);
  const visitor = await w.visit(w.stranger.url);
  const { chat } = await w.begin(visitor, "Ada");
  await ana.getByRole("button", { name: "Accept" }).click();
  await chat.getByText("Ana has joined").waitFor();
  await write(chat, "Can it be repaired?");
  await said(ana, "Can it be repaired?");
  await status(ana, "Offline"); // next: whom she asks is somebody else
  await ana.getByRole("tab", { name: "Notes" }).click();
  await ana.getByLabel("New note").fill("She has asked before.");
  await ana.getByRole("button", { name: "Add the note" }).click();
  const bo = await w.desk(given.Bo);

  // asked in, and taken back before an answer
  await ana.getByRole("button", { name: "Transfer or consult" }).click();
  await ana.getByRole("button", { name: "Consult: Second line" }).click();
  const offer = bo.getByRole("article", { name: "Ada waits for an answer" });
  await offer.waitFor();
  await ana.getByRole("button", { name: "Take back" }).click();
  await offer.waitFor({ state: "detached" });

  // asked again; who comes reads what was said, and the customer is told who has come
  await ana.getByRole("button", { name: "Consult: Second line" }).click();
  await picture(ana, "consult-asked");
  assert.deepEqual(await violations(ana.mainFrame()), []);
  await ana.keyboard.press("Escape");
  await offer.getByRole("button", { name: "Accept" }).click();
  for (const page of [chat, ana]) await page.getByText("Bo has joined").waitFor();
  await said(bo, "Can it be repaired?");
  await write(bo, "Yes, send it in.");
  await write(ana, "Bo knows these best.");
  for (const page of [chat, ana, bo]) for (const text of ["Yes, send it in.", "Bo knows these best."]) await said(page, text);
  await write(chat, "Thank you both.");
  for (const page of [ana, bo]) await said(page, "Thank you both.");
  for (const page of [ana, bo]) {
    await contact(page).click();
    assert.deepEqual(await violations(page.mainFrame()), []);
  }
  await picture(ana, "consult-ana");
  await picture(bo, "consult-bo");
  await picture(visitor, "consult-customer");

  // she hands over by leaving; he goes on with the customer alone
  await leave(ana);
  await chat.getByText("Ana has left").waitFor();
  await write(chat, "Where to?");
  await said(bo, "Where to?");
  await write(bo, "To the address on the slip.");
  await said(chat, "To the address on the slip.");
  const read = await chat.locator("body").innerText();
  for (const secret of [/invited/i, /She has asked before/, /Second line/, /Thank you both.*Thank you both/s]) assert.doesNotMatch(read, secret);
  assert.match(read, /Ana has joined[^]*Bo has joined[^]*Ana has left/);
  assert.doesNotMatch(read, /This chat has ended/);
  await leave(bo);
  await until("the survey has come", async () => (await chat.getByLabel("Points, 0 to 10").count()) === 1);
});
