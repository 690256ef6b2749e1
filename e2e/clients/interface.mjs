// The official chat interface, unchanged, in Chromium against the start endpoint of a widget.
// Arguments: the instance's id, a flow's id, the bundle's file. The first administrator is in PARLEY_ADMIN (name:password).
// Prints the operations called; screenshots go to the directory PARLEY_SHOTS, if it is set.
import assert from "node:assert/strict";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { addBot, endpoint, region } from "./start.mjs";

const [, , , flow, bundle] = process.argv;
const interactive = "application/vnd.amazonaws.connect.message.interactive";

const browser = await launch({ "/": ["interface.html", "text/html"], "/interface.js": ["interface.js", "text/javascript"], "/bundle.js": [bundle, "text/javascript"], "/bot": ["page.html", "text/html"] });
try {
  const start = await widget(browser.origin);
  await talk(await browser.page(), await browser.page("/bot"), start);
  console.log(JSON.stringify({ operations: [...browser.operations].sort() }));
} finally {
  await browser.close();
}

// widget makes a widget for a site and returns where its chats start.
async function widget(origin) {
  const post = async (path, body, headers = {}) => {
    const answer = await fetch(endpoint + path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } });
    assert.equal(answer.status, 200, `${path}: ${answer.status}`);
    return answer;
  };
  const [username, password] = process.env.PARLEY_ADMIN.split(":");
  const login = await post("/api/login", { username, password });
  const cookie = login.headers.getSetCookie().map((c) => c.split(";")[0]).join("; ");
  const made = await post("/api/widgets", { name: "Shop", flow_id: flow, origins: [origin] },
    { Cookie: cookie, "X-CSRF-Token": (await login.json()).csrf_token });
  return endpoint + (await made.json()).start_path;
}

async function shot(page, name) {
  if (process.env.PARLEY_SHOTS) await page.screenshot({ path: join(process.env.PARLEY_SHOTS, `${name}.png`) });
}

// talk: a greeting, messages both ways, a menu that is answered by a click, and the end.
async function talk(page, bot, apiGatewayEndpoint) {
  const started = page.waitForResponse((response) => response.url() === apiGatewayEndpoint && response.request().method() === "POST");
  await page.evaluate((settings) => globalThis.begin(settings), { endpoint, region, apiGatewayEndpoint, types: `text/plain,text/markdown,${interactive},${interactive}.response` });
  const { data: { startChatResult } } = await (await started).json();
  const says = (text) => page.getByText(text, { exact: true }).first().waitFor();
  await says("Welcome to the shop");
  await shot(page, "greeted");
  await bot.evaluate(([d, e, r]) => open("chat", d, e, r), [await addBot({ contactId: startChatResult.ContactId }), endpoint, region]);
  await bot.waitForFunction(() => connected("chat", 0));
  const heard = (text) => bot.waitForFunction((want) => log("chat", "onMessage").some((item) => (item.Content ?? "").includes(want)), text);
  const reply = (contentType, message) => bot.evaluate(([type, text]) => globalThis.call("chat", "sendMessage", { contentType: type, message: text }).then(() => true), [contentType, message]);

  await page.getByRole("textbox").last().click();
  await page.keyboard.type("do you have tea?");
  await page.keyboard.press("Enter");
  await heard("do you have tea?");
  await reply("text/plain", "We have two.");
  await says("We have two.");
  const menu = { templateType: "QuickReply", version: "1.0", data: { content: { title: "Which tea?", elements: [{ title: "Green tea" }, { title: "Black tea" }] } } };
  await reply(interactive, JSON.stringify(menu));
  await says("Green tea");
  await shot(page, "menu");
  await page.getByText("Green tea", { exact: true }).first().click();
  await heard("Green tea");
  await shot(page, "answered");
  await page.getByText("End chat").first().click();
  await bot.waitForFunction(() => log("chat", "onEnded").length === 1);
  await shot(page, "ended");
}
