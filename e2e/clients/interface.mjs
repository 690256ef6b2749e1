// The official chat interface, unchanged, in Chromium against the start endpoint of a widget.
// Arguments: the instance's id, a flow's id, the bundle's file. The first administrator is in PARLEY_ADMIN (name:password).
// Prints the operations called; screenshots go to the directory PARLEY_SHOTS, if it is set.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import * as connect from "@aws-sdk/client-connect";
import { launch } from "./browser.mjs";
import { addBot, endpoint, region } from "./start.mjs";

const [, , InstanceId, flow, bundle] = process.argv;
const interactive = "application/vnd.amazonaws.connect.message.interactive";

const browser = await launch({ "/": ["interface.html", "text/html"], "/interface.js": ["interface.js", "text/javascript"], "/bundle.js": [bundle, "text/javascript"], "/bot": ["page.html", "text/html"] });
try {
  const start = await widget(browser.origin);
  await talk(await browser.page(), await browser.page("/bot"), start);
  await comeBack(await browser.page(), await browser.page(), start);
  await fallSilent(await browser.page(), await browser.page("/bot"), start);
  // its own: it takes what its throttle of receipts leaves out for an answer
  assert.deepEqual(browser.errors.filter((error) => !error.includes("setting 'metadata'")), []);
  console.log(JSON.stringify({ operations: [...browser.operations].sort() }));
} finally {
  await browser.close();
}

async function post(path, body, headers = {}) {
  const answer = await fetch(endpoint + path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } });
  assert.equal(answer.status, 200, `${path}: ${answer.status}`);
  return answer;
}

// widget makes a widget for a site. The result has url, where its chats start, and signed(), what the site says about a customer.
async function widget(origin) {
  const [username, password] = process.env.PARLEY_ADMIN.split(":");
  const login = await post("/api/login", { username, password });
  const headers = { Cookie: login.headers.getSetCookie().map((c) => c.split(";")[0]).join("; "), "X-CSRF-Token": (await login.json()).csrf_token };
  const made = await (await post("/api/widgets", { name: "Shop", flow_id: flow, origins: [origin] }, headers)).json();
  const { secret } = await (await post(`/api/widgets/${made.id}/keys`, {}, headers)).json();
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = (customerId) => {
    const now = Math.floor(Date.now() / 1000);
    const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: made.id, iat: now, exp: now + 300, customerId })}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
  return { url: endpoint + made.start_path, signed };
}

// begin starts a chat on a page; more goes to the interface.
async function begin(page, { url }, more = {}) {
  const started = page.waitForResponse((response) => response.url() === url && response.request().method() === "POST");
  await page.evaluate((settings) => globalThis.begin(settings), { endpoint, region, apiGatewayEndpoint: url, types: `text/plain,text/markdown,${interactive},${interactive}.response`, more });
  const { data: { startChatResult } } = await (await started).json();
  await says(page, "Welcome to the shop");
  return startChatResult;
}

function says(page, text) {
  return page.getByText(text, { exact: true }).first().waitFor();
}

async function type(page, text) {
  await page.getByRole("textbox").last().click();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

// joins has a bot take part in a chat by chatjs. The result has heard() and reply().
async function joins(bot, contactId) {
  await bot.evaluate(([d, e, r]) => open("chat", d, e, r), [await addBot({ contactId }), endpoint, region]);
  await bot.waitForFunction(() => connected("chat", 0));
  return {
    heard: (text) => bot.waitForFunction((want) => log("chat", "onMessage").some((item) => (item.Content ?? "").includes(want)), text),
    told: (callback) => bot.waitForFunction((name) => log("chat", name).length > 0, callback),
    reply: (message, contentType = "text/plain") => bot.evaluate(([type, text]) => globalThis.call("chat", "sendMessage", { contentType: type, message: text }).then(() => true), [contentType, message]),
  };
}

async function shot(page, name) {
  if (process.env.PARLEY_SHOTS) await page.screenshot({ path: join(process.env.PARLEY_SHOTS, `${name}.png`) });
}

// talk: a greeting, messages both ways with typing and receipts, each template, a file, and the end.
async function talk(page, bot, start) {
  const { ContactId } = await begin(page, start);
  await shot(page, "greeted");
  const { heard, reply, told } = await joins(bot, ContactId);

  await type(page, "do you have tea?");
  await told("onTyping");
  await heard("do you have tea?");
  await reply("We have two.");
  await says(page, "We have two.");
  await told("onReadReceipt"); // the page shows it at once: chatjs then leaves out that it was delivered

  const template = (templateType, content) => JSON.stringify({ templateType, version: "1.0", data: { content } });
  const two = (of) => [{ title: `${of} one` }, { title: `${of} two` }];
  for (const kind of ["ListPicker", "Panel", "QuickReply"]) {
    await reply(template(kind, { title: `Which ${kind}?`, elements: two(kind) }), interactive);
    await says(page, `Which ${kind}?`);
    await page.getByText(`${kind} one`, { exact: true }).first().click();
    await heard(`${kind} one`);
    await shot(page, kind);
  }
  await reply(template("TimePicker", { title: "When?", timeslots: [{ date: "2027-10-31T17:00+00:00", duration: 3600 }] }), interactive);
  await says(page, "When?");
  const cards = two("Card").map(({ title }, i) => ({ templateType: "ListPicker", templateIdentifier: `card-${i}`, version: "1.0", data: { content: { title, elements: two(title) } } }));
  await reply(template("Carousel", { title: "Which card?", elements: cards }), interactive);
  await says(page, "Which card?");
  await shot(page, "templates");

  await page.locator("input[type=file]").first().setInputFiles({ name: "receipt.txt", mimeType: "text/plain", buffer: Buffer.from("paid") });
  await page.getByRole("textbox").last().click();
  await page.keyboard.press("Enter");
  await bot.waitForFunction(() => log("chat", "onMessage").some((item) => item.Attachments?.[0].AttachmentName === "receipt.txt" && item.Attachments[0].Status === "APPROVED"));
  await shot(page, "file");
  await page.getByText("End chat").first().click();
  await told("onEnded");
  await shot(page, "ended");
}

// fallSilent: a customer who says nothing is told of it, and the timer ends the chat.
async function fallSilent(page, bot, start) {
  const { ContactId } = await begin(page, start);
  const timer = (TimerType, minutes) => ({ ParticipantRole: "CUSTOMER", TimerType, TimerValue: { ParticipantTimerDurationInMinutes: minutes } });
  await new connect.ConnectClient({}).send(new connect.UpdateParticipantRoleConfigCommand({
    InstanceId, ContactId, ChannelConfiguration: { Chat: { ParticipantTimerConfigList: [timer("IDLE", 2), timer("DISCONNECT_NONCUSTOMER", 3)] } },
  }));
  const { told } = await joins(bot, ContactId);
  const pass = (seconds) => post("/_parley/clock/advance", { seconds }, { "X-Parley-Test": "1" });
  await pass(125);
  await page.getByText("Ada has become idle").first().waitFor();
  await told("onParticipantIdle");
  await pass(185);
  await page.getByText(/Ada has been idle too long, disconnecting/).first().waitFor();
  await shot(page, "idle");
}

// comeBack: a customer whom the site has signed in reads in a new chat what was said in the last one.
async function comeBack(page, later, start) {
  const as = () => ({ headers: { "Content-Type": "application/json", Authorization: `Bearer ${start.signed("ada")}` } });
  const { ContactId } = await begin(page, start, as());
  await type(page, "remember the teapot");
  await says(page, "remember the teapot");
  await page.getByText("End chat").first().click();
  await page.getByText("End chat").first().waitFor({ state: "detached" });
  await begin(later, start, { ...as(), persistentChat: { sourceContactId: ContactId, rehydrationType: "ENTIRE_PAST_SESSION" } });
  await says(later, "remember the teapot");
  await shot(later, "rehydrated");
}
