// Who waits hears where in the queue it stands; who cannot start hears why, in words; what was filled in is kept.
import assert from "node:assert/strict";
import { given, picture, run, signIn, until, violations } from "./world.mjs";

await run(async (w) => {
  const page = await w.visit(w.stranger.url);
  await page.getByRole("button", { name: "Chat with us" }).click();
  const chat = page.frameLocator("iframe");
  const start = chat.getByRole("button", { name: "Start the chat" });

  // what is missing or wrong is said at its field, which gets the focus
  await start.click();
  await chat.getByText("Please fill in: Your name").waitFor();
  await chat.getByLabel("Your name").fill("Ada");
  await chat.getByLabel("Your e-mail address").fill("nonsense");
  await start.click();
  await chat.getByText("This is no e-mail address").waitFor();
  await until("the field has the focus", () => chat.getByLabel("Your e-mail address").evaluate((field) => field === document.activeElement));
  await picture(page, "form-wrong");
  assert.deepEqual(await violations(page.frames()[1]), []);
  await chat.getByLabel("Your e-mail address").fill("ada@example.com");

  // no network; then too many
  w.wire.cut();
  await start.click();
  await chat.getByText("The server cannot be reached").waitFor();
  w.wire.mend();
  await w.call("PATCH", `/api/widgets/${w.widget.split("/")[1]}`, { starts_per_minute: 1 });
  await start.click();
  await chat.getByText("You are 1st in the queue.").waitFor();
  await picture(page, "queue");
  assert.deepEqual(await violations(page.frames()[1]), []);
  const second = await w.visit(w.stranger.url);
  await second.getByRole("button", { name: "Chat with us" }).click();
  await second.frameLocator("iframe").getByLabel("Your name").fill("Bob");
  await second.frameLocator("iframe").getByRole("button", { name: "Start the chat" }).click();
  await second.frameLocator("iframe").getByText("Many chats were started from your connection").waitFor();
  await picture(second, "too-many");

  // what the form asked is an attribute of the contact, and an agent ends the wait
  const clerk = await signIn(given.clerk);
  const { statuses } = await clerk("GET", "/api/agent");
  await clerk("PUT", "/api/agent/status", { status_id: statuses.find((status) => status.name === "Available").id });
  const offer = await until("the chat is offered", async () => (await clerk("GET", "/api/agent")).contacts.find((contact) => contact.state === "CONNECTING"));
  await clerk("POST", `/api/agent/contacts/${offer.contact_id}/accept`, {});
  await chat.getByText("agent has joined").waitFor();
  await chat.getByText("in the queue").waitFor({ state: "detached" });

  // a widget that is gone says so
  await w.call("DELETE", `/api/widgets/${w.widget.split("/")[1]}`);
  const gone = await w.visit(w.frame);
  await gone.getByText("This chat is not there any more.").waitFor();
  await picture(gone, "gone");
  assert.deepEqual(await violations(gone.mainFrame()), []);
});
