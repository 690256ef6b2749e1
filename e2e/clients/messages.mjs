// What a customer's unchanged chatjs makes of messages that come bit by bit, of menus, and of
// messages that are processed on their way.
// Arguments: the instance's id, a flow's id, the ARN of a processor. Prints the operations called.
import assert from "node:assert/strict";
import { launch } from "./browser.mjs";
import { addBot, endpoint, process as startProcessing, region, startChat } from "./start.mjs";

const interactive = "application/vnd.amazonaws.connect.message.interactive";
const types = ["text/plain", interactive, `${interactive}.response`];
const send = (page, contentType, message) => page.evaluate(([type, text]) => globalThis.call("chat", "sendMessage", { contentType: type, message: text }).then(({ data }) => data), [contentType, message]);
const log = (page) => page.evaluate(() => globalThis.log("chat", "onMessage"));
const heard = (page, text) => page.waitForFunction((want) => log("chat", "onMessage").some((item) => item.Content === want), text);

const browser = await launch();
try {
  await bitByBit(await browser.page());
  await menus(await browser.page(), await browser.page());
  assert.deepEqual(browser.errors, []);
  console.log(JSON.stringify({ operations: [...browser.operations].sort() }));
} finally {
  await browser.close();
}

async function connect(page, details) {
  const result = await page.evaluate(([d, e, r]) => open("chat", d, e, r), [details, endpoint, region]);
  assert.equal(result.connectSuccess, true);
  await page.waitForFunction(() => connected("chat", 0));
}

// bitByBit: chatjs shows one message that grows, under one Id, and at last the whole.
async function bitByBit(page) {
  await connect(page, await startChat({ ParticipantConfiguration: { ResponseMode: "INCREMENTAL" } }));
  await heard(page, "Hello");
  await send(page, "text/plain", "What do you have?");
  const whole = "We have green and black tea.";
  await heard(page, whole);
  const items = await log(page);
  const { Id } = items.find((item) => item.Content === whole);
  const shown = items.filter((item) => item.Id === Id);
  assert.ok(shown.length > 2, `shown ${shown.length} times`);
  for (const [i, item] of shown.entries()) {
    assert.ok(whole.startsWith(item.Content), item.Content);
    assert.ok(i === 0 || item.Content.length >= shown[i - 1].Content.length, `${item.Content} is no longer than what was shown before`);
  }
  assert.equal(shown.at(-1).Content, whole);
  let kept = []; // the parts may be there before the whole is
  while (kept.length === 0) {
    const transcript = await page.evaluate(() => globalThis.call("chat", "getTranscript", { maxResults: 100 }).then(({ data }) => data.Transcript));
    kept = transcript.filter((item) => item.Id === Id);
  }
  assert.deepEqual(kept.map((item) => item.Content), [whole]);
}

// menus: a bot shows one, the customer answers; then what both say goes through a processor.
async function menus(customer, bot) {
  const details = await startChat({ SupportedMessagingContentTypes: types });
  await connect(customer, details);
  await connect(bot, await addBot(details));
  const menu = { templateType: "QuickReply", version: "1.0", data: { content: { title: "Tea?", elements: [{ title: "Green" }, { title: "Black" }] } } };
  await send(bot, interactive, JSON.stringify(menu));
  await customer.waitForFunction((type) => log("chat", "onMessage").some((item) => item.ContentType === type), interactive);
  const shown = (await log(customer)).find((item) => item.ContentType === interactive);
  assert.ok(JSON.parse(shown.Content).data.content.referenceId);
  await send(customer, "text/plain", "Green");
  await heard(bot, "Green");
  await startProcessing(details);
  const sent = await send(customer, "text/plain", "hallo");
  await heard(bot, "HALLO");
  assert.equal((await log(customer)).find((item) => item.Content === "HALLO").Id, sent.Id);
  const rude = await send(customer, "text/plain", "a rude word");
  await heard(customer, "a rude word");
  await send(customer, "text/plain", "sorry");
  await heard(bot, "sorry");
  assert.equal((await log(customer)).find((item) => item.Id === rude.Id).MessageMetadata.MessageProcessingStatus, "REJECTED");
  assert.ok(!(await log(bot)).some((item) => item.Content?.includes("rude")));
}
