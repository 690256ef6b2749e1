// The widget on a stranger's site, from the launcher to the end: an agent answers, a file goes over, the network is lost and comes
// back with nothing missing and nothing doubled, the page is loaded anew.
import assert from "node:assert/strict";
import { agentOf, picture, run, shown, until } from "./world.mjs";

await run(async (w) => {
  const page = await w.visit(w.stranger.url);
  const { chat, ContactId } = await w.begin(page);
  const heard = (text) => chat.locator(".bubble", { hasText: text }).first().waitFor();
  const write = async (text) => {
    await chat.getByLabel("Your message").fill(text);
    await chat.getByLabel("Your message").press("Enter");
  };
  await heard("Thanks for getting in touch");
  const agent = await agentOf(ContactId);
  await chat.getByText("Ben has joined").waitFor();

  // both ways, typing and receipts
  await write("Where is my parcel?");
  await until("the agent reads it", async () => (await agent.transcript()).some((item) => item.Content === "Where is my parcel?"));
  await agent.event("typing");
  await chat.getByText("Ben is writing").waitFor();
  const { Id } = await agent.say("I am looking.");
  await heard("I am looking.");
  await until("the agent hears that it was read", async () => (await agent.transcript()).find((item) => item.Id === Id).MessageMetadata?.Receipts?.some((receipt) => receipt.ReadTimestamp));
  await picture(page, "journey-talk");

  // a file, both ways
  const picked = page.waitForEvent("filechooser");
  await chat.getByRole("button", { name: "Attach a file" }).click();
  await (await picked).setFiles({ name: "receipt.txt", mimeType: "text/plain", buffer: Buffer.from("one parcel") });
  const downloads = page.waitForEvent("download");
  await chat.getByRole("button", { name: "Download receipt.txt" }).click();
  assert.equal((await downloads).suggestedFilename(), "receipt.txt");
  assert.ok((await agent.transcript()).some((item) => item.Attachments?.[0]?.AttachmentName === "receipt.txt"));
  await picked.then((chooser) => chooser.setFiles({ name: "program.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") }));
  await chat.getByRole("alert").getByRole("button", { name: "Discard" }).click();

  // the network is lost: what both say meanwhile is neither missing nor doubled afterwards
  w.wire.cut();
  await chat.getByText("The connection is lost").waitFor();
  for (let i = 1; i <= 3; i++) await agent.say(`from the agent ${i}`);
  await write("said without a network");
  await chat.getByText("Not sent").waitFor();
  await picture(page, "journey-lost");
  w.wire.mend();
  await heard("from the agent 3");
  await until("it has been sent", async () => (await agent.transcript()).some((item) => item.Content === "said without a network"));
  await chat.getByText("The connection is lost").waitFor({ state: "detached" });
  const texts = async () => (await agent.transcript()).filter((item) => item.Type !== "EVENT").map((item) => item.Content ?? item.Attachments[0].AttachmentName);
  const same = async () => assert.deepEqual((await shown(chat)).map((text) => text.trim()), await texts());
  await same();

  // cut again and again while both write
  for (let i = 1; i <= 5; i++) {
    await write(`storm ${i}`);
    w.wire.cut();
    await agent.say(`answer in the storm ${i}`);
    w.wire.mend();
  }
  await chat.getByRole("button", { name: "Now" }).click({ timeout: 2000 }).catch(() => {}); // if it waits
  await until("everything has been said", async () => (await texts()).filter((text) => text.startsWith("storm")).length === 5 && (await shown(chat)).filter((text) => text.includes("storm")).length === 10);
  await same();

  // the page is loaded anew
  await page.reload();
  await heard("answer in the storm 5");
  await same();

  // what is said while the window is closed is counted at the launcher
  await chat.locator("body").press("Escape");
  await agent.say("still there?");
  await page.getByRole("button", { name: "Chat with us (1)" }).click();
  await heard("still there?");

  // the end
  await chat.getByRole("button", { name: "More" }).click();
  await chat.getByRole("button", { name: "End the chat" }).click();
  await picture(page, "journey-end-asked");
  await chat.getByRole("dialog").getByRole("button", { name: "End the chat" }).click();
  await chat.getByText("This chat has ended").first().waitFor();
  await picture(page, "journey-ended");
  const saved = page.waitForEvent("download");
  await chat.getByRole("button", { name: "Save the conversation" }).click();
  const text = await (await (await saved).createReadStream()).toArray();
  for (const said of ["You: Where is my parcel?", "Ben: I am looking.", "You: receipt.txt", "Ben has joined"]) assert.ok(Buffer.concat(text).toString().includes(said), said);
  await chat.getByRole("button", { name: "Start a new chat" }).click();
  assert.equal(await chat.getByLabel("Your name").inputValue(), "Ada");
  assert.deepEqual(await page.context().cookies(), []);
});
