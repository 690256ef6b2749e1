// Many unchanged chatjs sessions through a restart of the server. Arguments:
// the instance's id, a flow's id, the number of sessions. Prints "connected",
// waits for the line "restarting" (from then on every session sends) and for
// "restarted", and prints a JSON object when every session works again.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { launch } from "./browser.mjs";
import { endpoint, region, startChat } from "./start.mjs";

const names = Array.from({ length: Number(process.argv[4]) }, (_, i) => `chat-${i}`);
const lines = createInterface({ input: process.stdin });
const browser = await launch();
try {
  const page = await browser.page();
  const ids = Object.fromEntries(await Promise.all(names.map((name) => openOne(page, name))));
  await page.waitForFunction(allServed, names); // chatjs tells "established" before its socket is open
  console.log("connected");
  await line("restarting");
  const sending = sendFromAll(page, "during");
  await line("restarted");
  await sending;
  await page.waitForFunction((all) => all.every((name) => connected(name, 1)), names, { timeout: 60_000 });
  await sendFromAll(page, "after");
  await page.waitForFunction((all) => all.every((name) =>
    log(name, "onMessage").some((item) => item.Content === `after ${name}`)), names);
  await checkTranscripts(page);
  await checkSockets(page);
  const broken = await page.evaluate((all) => all.filter((name) => log(name, "onConnectionBroken").length > 0), names);
  console.log(JSON.stringify({ sessions: Object.keys(ids).length, broken: broken.length, operations: [...browser.operations].sort() }));
} finally {
  lines.close();
  await browser.close();
}

async function openOne(page, name) {
  const details = await startChat();
  await page.evaluate(([n, d, e, r]) => open(n, d, e, r), [name, details, endpoint, region]);
  return [name, details.contactId];
}

// allServed tells whether every session's socket has brought its first item.
function allServed(all) {
  return all.every((name) => log(name, "onMessage").length > 0);
}

function sendFromAll(page, text) {
  return page.evaluate(([all, prefix]) => Promise.all(all.map((name) =>
    call(name, "sendMessage", { contentType: "text/plain", message: `${prefix} ${name}` }).then(() => name))), [names, text]);
}

// checkTranscripts: what was acknowledged during and after the restart is there, once.
async function checkTranscripts(page) {
  const texts = await page.evaluate((all) => Promise.all(all.map(async (name) => {
    const { data } = await call(name, "getTranscript", { sortOrder: "ASCENDING", maxResults: 100 });
    return data.Transcript.filter((item) => item.Type === "MESSAGE").map((item) => item.Content);
  })), names);
  assert.deepEqual(texts, names.map((name) => [`during ${name}`, `after ${name}`]));
}

// checkSockets: no session was told a message twice.
async function checkSockets(page) {
  const twice = await page.evaluate((all) => all.filter((name) => {
    const ids = log(name, "onMessage").map((item) => item.Id);
    return new Set(ids).size < ids.length;
  }), names);
  assert.deepEqual(twice, []);
}

async function line(want) {
  const [got] = await once(lines, "line");
  assert.equal(got, want);
}
