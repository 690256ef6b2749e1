// One chat between two unchanged chatjs sessions in Chromium, a customer and a
// bot: connect, send, receive, typing, receipts, transcript, disconnect, end;
// then the customer comes back and reads the past.
// Arguments: the instance's id, a flow's id. Prints the operations called.
import assert from "node:assert/strict";
import { launch } from "./browser.mjs";
import { addBot, endpoint, region, startChat } from "./start.mjs";

const send = (page, message) => call(page, "sendMessage", { contentType: "text/plain", message });
const heard = (page, text) => page.waitForFunction((want) => log("chat", "onMessage").some((item) => item.Content === want), text);
const log = (page, callback) => page.evaluate((name) => globalThis.log("chat", name), callback);

const browser = await launch();
try {
  const [customer, bot] = [await browser.page(), await browser.page()];
  const details = await startChat();
  await connect(customer, details);
  await connect(bot, await addBot(details));
  await exchange(customer, bot);
  await receipts(customer, bot);
  await transcript(customer);
  await end(customer, bot);
  await comeBack(await browser.page(), details.contactId);
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

async function exchange(customer, bot) {
  await send(customer, "question é 😀");
  await heard(bot, "question é 😀");
  await call(customer, "sendEvent", { contentType: "application/vnd.amazonaws.connect.event.typing" });
  await bot.waitForFunction(() => log("chat", "onTyping").length > 0);
  await send(bot, "answer");
  await heard(customer, "answer");
}

async function receipts(customer, bot) {
  const answer = (await log(customer, "onMessage")).find((item) => item.Content === "answer");
  for (const [kind, callback] of [["delivered", "onDeliveredReceipt"], ["read", "onReadReceipt"]]) {
    await call(customer, "sendEvent", {
      contentType: `application/vnd.amazonaws.connect.event.message.${kind}`,
      content: JSON.stringify({ messageId: answer.Id }),
    });
    await bot.waitForFunction((name) => log("chat", name).length > 0, callback);
    const [receipt] = await log(bot, callback);
    assert.equal(receipt.MessageMetadata.MessageId, answer.Id);
  }
}

async function transcript(customer) {
  const { data } = await call(customer, "getTranscript", { sortOrder: "ASCENDING", maxResults: 100, scanDirection: "BACKWARD" });
  assert.deepEqual(data.Transcript.filter((item) => item.Type === "MESSAGE").map((item) => item.Content), ["question é 😀", "answer"]);
}

async function end(customer, bot) {
  await call(customer, "disconnectParticipant");
  for (const page of [customer, bot]) {
    await page.waitForFunction(() => log("chat", "onEnded").length > 0);
    const last = (await log(page, "onMessage")).at(-1);
    assert.equal(last.ContentType, "application/vnd.amazonaws.connect.event.chat.ended");
    assert.deepEqual(await log(page, "onConnectionBroken"), []);
  }
}

// comeBack continues the ended chat and reads back through it, item by item.
async function comeBack(page, SourceContactId) {
  await connect(page, await startChat({ PersistentChat: { RehydrationType: "ENTIRE_PAST_SESSION", SourceContactId } }));
  await page.waitForFunction(() => log("chat", "onChatRehydrated").length > 0);
  const texts = [];
  let nextToken;
  do {
    const { data } = await call(page, "getTranscript", { sortOrder: "ASCENDING", maxResults: 1, nextToken });
    texts.unshift(...data.Transcript.filter((item) => item.Type === "MESSAGE").map((item) => item.Content));
    nextToken = data.NextToken;
  } while (nextToken);
  assert.deepEqual(texts, ["question é 😀", "answer"]);
}

// call returns the data and metadata of a chatjs method's answer.
function call(page, method, argument) {
  return page.evaluate(async ([name, value]) => {
    const { data } = await globalThis.call("chat", name, value) ?? {};
    return { data };
  }, [method, argument]);
}
