// The chat in an app: its page at the top of a web view, which lacks what web views lack, and the loader's on a site that an app shows.
import assert from "node:assert/strict";
import { agentOf, picture, run, shown, signer, until, violations } from "./world.mjs";

const android = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A.240805.005; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.0.0 Mobile Safari/537.36";
const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

/** What a web view has not, and what engines have only since the oldest ones that the page is built for. Runs in the page. */
function bare() {
  window.open = () => null;
  const without = (from, ...names) => names.forEach((name) => Reflect.deleteProperty(from, name));
  without(window, "Notification", "PushManager", "requestIdleCallback", "cancelIdleCallback", "CloseWatcher", "navigation", "scheduler", "showSaveFilePicker", "Iterator");
  without(Navigator.prototype, "clipboard", "serviceWorker", "share", "canShare", "permissions", "virtualKeyboard", "wakeLock");
  without(Object, "groupBy");
  without(Map, "groupBy");
  without(Array, "fromAsync");
  without(Promise, "withResolvers", "try");
  without(URL, "canParse", "parse");
  without(AbortSignal, "any");
  without(Uint8Array, "fromBase64", "fromHex");
  without(Set.prototype, "union", "intersection", "difference", "symmetricDifference", "isSubsetOf", "isSupersetOf", "isDisjointFrom");
  without(Map.prototype, "getOrInsert", "getOrInsertComputed");
  without(Element.prototype, "checkVisibility", "setHTMLUnsafe", "getHTML");
  without(HTMLElement.prototype, "showPopover", "hidePopover", "togglePopover");
  without(HTMLDialogElement.prototype, "requestClose");
  without(Object.getPrototypeOf(Object.getPrototypeOf([].values())), "map", "filter", "take", "drop", "flatMap", "reduce", "toArray", "forEach", "some", "every", "find");
}

/** A keyboard that covers the window, as WebKit has it; globalThis.cover says how much. */
function covering() {
  const view = new EventTarget();
  let [height, offsetTop, scale] = [undefined, 0, 1];
  Object.defineProperties(view, { height: { get: () => height ?? innerHeight }, offsetTop: { get: () => offsetTop }, scale: { get: () => scale } });
  Object.defineProperty(window, "visualViewport", { value: view });
  window.cover = (...now) => {
    [height, offsetTop = 0, scale = 1] = now;
    view.dispatchEvent(new Event("resize"));
  };
}

await run(async (w) => {
  const signed = await signer(w);

  /** A web view: before writes what its app has in the page, once it begins. */
  async function webView({ before = [], url = w.frame, ...options }) {
    const first = await w.visit("about:blank", { ...phone, userAgent: android, ...options });
    const context = first.context();
    await context.addInitScript(bare);
    for (const [script, argument] of before) await context.addInitScript(script, argument);
    await first.goto(url);
    return first;
  }
  const told = (page) => page.evaluate(() => globalThis.told.map((one) => JSON.parse(one)));
  const hearing = [() => { globalThis.told = []; globalThis.parleyApp = { postMessage: (message) => globalThis.told.push(message) }; }];
  const token = (customer) => [(text) => (globalThis.parleyToken = text), signed(customer)];

  async function start(page, name) {
    await page.getByLabel("Your name").fill(name);
    await page.getByRole("button", { name: "Start the chat" }).tap();
    await until("the chat has started", () => page.contacts.length > 0);
    return agentOf(page.contacts.at(-1).ContactId);
  }
  const say = async (page, text) => {
    await page.getByLabel("Your message").fill(text);
    await page.getByRole("button", { name: "Send" }).tap();
  };
  const once = (what, page, texts) =>
    until(`${what}: ${texts}`, async () => {
      const all = await shown(page);
      return texts.every((text) => all.filter((one) => one.includes(text)).length === 1);
    });
  const save = async (page) => {
    await page.getByRole("button", { name: "More" }).tap();
    await page.getByRole("button", { name: "Save the conversation" }).tap();
  };
  /** Nothing of the page hides behind an edge, or sticks out. */
  async function inside(page, what, { top = 0, bottom, left = 0 }) {
    await until(`${what}: all is in sight`, async () => {
      const [head, field, send, newest] = await Promise.all([page.getByRole("heading", { level: 1 }), page.getByLabel("Your message"), page.getByRole("button", { name: "Send" }), page.locator(".message").last()].map((one) => one.boundingBox()));
      for (const box of [head, field, send]) assert.ok(box.y >= top && box.y + box.height <= bottom && box.x >= left, JSON.stringify([what, box, top, bottom]));
      assert.ok(newest.y + newest.height <= field.y, `${what}: the newest message is above the field`);
      return page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight);
    });
  }

  // Android, as an app that talks with the page: the customer is known from the start
  const page = await webView({ before: [hearing, token("ada")] });
  assert.equal(await page.evaluate(() => [typeof Notification, navigator.clipboard, window.open("/"), "parleyToken" in window].join()), "undefined,,,false");
  const agent = await start(page, "Ada");
  await say(page, "My order is late");
  await agent.say("I look; see https://help.example/orders too");
  await once("the chat", page, ["My order is late", "I look"]);

  // identified: another device of the same customer joins, told after its page was loaded; of an iPhone, which lacks storage
  const other = await webView({ userAgent: iphone, before: [[covering], [() => Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("no", "SecurityError"); } })],
    [() => { globalThis.told = []; globalThis.webkit = { messageHandlers: { parleyApp: { postMessage: (message) => globalThis.told.push(message) } } }; }]] });
  await other.getByLabel("Your name").waitFor();
  await other.evaluate((text) => globalThis.parley.identify(text), signed("ada"));
  await once("the iPhone", other, ["My order is late", "I look"]);
  await say(other, "And from my iPhone");
  await once("the chat", page, ["And from my iPhone"]);

  // a file, and the conversation, which the app saves
  await page.locator("input[type=file]").setInputFiles({ name: "receipt.txt", mimeType: "text/plain", buffer: Buffer.from("paid") });
  await page.getByRole("button", { name: "Download receipt.txt" }).waitFor();
  assert.ok((await agent.transcript()).some((item) => item.Attachments?.[0]?.AttachmentName === "receipt.txt"));
  await save(page);
  const file = await until("the app has the conversation", async () => (await told(page)).find((one) => one.save)?.save);
  assert.match(file.name, /^chat-\d{4}-\d\d-\d\d\.txt$/);
  assert.match(file.text, /^Shop support\n[^]*You: My order is late\n[^]*Ben: I look; see[^]*And from my iPhone\n[^]*receipt\.txt\n$/);

  // the app is told what a site's page would be, in order, and closes the window; an iPhone's by its own handler
  await page.getByRole("button", { name: "Close the chat window" }).tap();
  await until("the app was told", async () => (await told(page)).at(-1)?.close);
  assert.deepEqual((await told(page))[0], { ready: true });
  await other.evaluate(() => globalThis.parley.close());
  assert.deepEqual((await told(other)).filter((one) => one.ready || one.close), [{ ready: true }, { close: true }]);
  assert.doesNotMatch(JSON.stringify([await told(page), await told(other)]), /eyJ/); // no token goes back

  // links open by themselves, beside the chat
  await page.context().route("https://help.example/**", (route) => route.fulfill({ body: "Orders" }));
  const [opened] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("link", { name: "https://help.example/orders" }).tap()]);
  assert.equal(opened.url(), "https://help.example/orders");
  assert.equal(await opened.evaluate(() => window.opener), null);
  await opened.close();
  await once("the chat", page, ["My order is late"]);

  // the system kills the page; the app makes it anew, and the chat is there at once, for this customer alone
  const context = page.context();
  await page.goto("chrome://crash").catch(() => {});
  await page.close();
  const anew = await context.newPage();
  anew.setDefaultTimeout(20_000);
  const connections = [];
  anew.on("request", (request) => request.url().endsWith("/participant/connection") && connections.push(request));
  let forms = 0;
  await anew.exposeFunction("form", () => forms++);
  await anew.addInitScript(() => new MutationObserver(() => document.querySelector("form.form") && globalThis.form()).observe(document, { childList: true, subtree: true }));
  await anew.goto(w.frame);
  await once("after the kill", anew, ["My order is late", "I look", "And from my iPhone"]);
  assert.equal(connections.length, 1, "it connects once");
  assert.equal(forms, 0, "no form in between");
  await agent.say("Still there?");
  await once("after the kill", anew, ["Still there?"]);
  await anew.evaluate(() => globalThis.parley.identify());
  await anew.getByLabel("Your name").waitFor();
  assert.equal((await shown(anew)).length, 0);
  await anew.evaluate((text) => globalThis.parley.identify(text), signed("bob"));
  await until("somebody else is known", async () => !(await anew.evaluate(() => JSON.stringify({ ...localStorage }))).includes("participantToken"));
  assert.equal((await shown(anew)).length, 0);
  await anew.evaluate((text) => globalThis.parley.identify(text), signed("ada"));
  await once("the customer again", anew, ["My order is late", "Still there?"]);

  // the keyboard makes the window smaller, the screen has round edges, letters are twice as large
  await picture(anew, "webview");
  assert.deepEqual(await violations(anew.mainFrame()), []);
  await anew.setViewportSize({ width: 360, height: 370 });
  await inside(anew, "a keyboard", { bottom: 370 });
  await picture(anew, "webview-keyboard");
  await anew.setViewportSize({ width: 360, height: 740 });
  const devtools = await context.newCDPSession(anew);
  await devtools.send("Emulation.setSafeAreaInsetsOverride", { insets: { top: 47, topMax: 47, bottom: 34, bottomMax: 34, left: 20, leftMax: 20, right: 10, rightMax: 10 } });
  await inside(anew, "round edges", { top: 47, bottom: 740 - 34, left: 20 });
  await picture(anew, "webview-edges");
  await devtools.send("Emulation.setSafeAreaInsetsOverride", { insets: {} });
  await anew.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  await inside(anew, "large letters", { bottom: 740 });
  const download = await anew.getByRole("button", { name: "Download receipt.txt" }).boundingBox();
  assert.ok(download.x + download.width <= 360, "the button of the file is in sight");
  await picture(anew, "webview-large");
  await anew.setViewportSize({ width: 360, height: 420 });
  await inside(anew, "large letters and a keyboard", { bottom: 420 });
  await picture(anew, "webview-large-keyboard");
  await context.close();

  // or the keyboard covers it; magnified it does not
  await other.evaluate(() => globalThis.cover(400, 120));
  await inside(other, "a keyboard that covers", { top: 120, bottom: 520 });
  await picture(other, "webview-covered");
  await other.evaluate(() => {
    globalThis.cover();
    requestAnimationFrame(() => setTimeout(() => (document.documentElement.style.fontSize = "200%"))); // the list has moved by itself, and has not heard of it yet
  });
  await inside(other, "the keyboard goes while letters grow", { bottom: 740 });
  await other.evaluate(() => (document.documentElement.style.fontSize = ""));
  await other.evaluate(() => globalThis.cover(370, 0, 2));
  await inside(other, "magnified", { bottom: 740 });
  assert.equal((await other.locator("main").boundingBox()).height, 740);

  // without storage the chat goes on while the page is there
  w.wire.cut();
  await other.getByText("The connection is lost").waitFor();
  await agent.say("Said meanwhile");
  w.wire.mend();
  await once("without storage", other, ["My order is late", "Said meanwhile"]);
  await other.context().close();

  // an app that does nothing: no storage at all, no button to close, and the conversation is shown, to be copied
  for (const colorScheme of ["light", "dark"]) {
    const alone = await webView({ colorScheme, before: [[() => Object.defineProperty(window, "localStorage", { value: null })]] });
    const answering = await start(alone, "Cleo");
    await answering.say("Good morning");
    await once("alone", alone, ["Good morning"]);
    await say(alone, "Good morning to you");
    await once("alone", alone, ["Good morning to you"]);
    assert.equal(await alone.getByRole("button", { name: "Close the chat window" }).count(), 0);
    await save(alone);
    const dialog = alone.getByRole("dialog", { name: "Conversation" });
    const text = dialog.getByRole("textbox");
    await text.waitFor();
    assert.match(await text.inputValue(), /^Shop support\n[^]*Ben: Good morning\n[^]*You: Good morning to you\n$/);
    assert.deepEqual(await violations(alone.mainFrame()), []);
    await picture(alone, `webview-reading-${colorScheme}`);
    await dialog.getByRole("button", { name: "Copy" }).tap();
    await dialog.getByRole("button", { name: "Copied" }).waitFor();
    await dialog.getByRole("button", { name: "Back to the chat" }).tap();
    await dialog.waitFor({ state: "detached" });
    await alone.getByLabel("Your message").focus();
    await alone.keyboard.press("Control+V");
    assert.match(await alone.getByLabel("Your message").inputValue(), /You: Good morning to you/);
    await answering.leave();
    await alone.context().close();
  }

  // a site in the app: what the app has in every frame is of no use to the chat's, which hears the site alone
  const site = await webView({ url: w.stranger.url, before: [hearing, token("ada"), [covering]] });
  await site.getByRole("button", { name: "Chat with us" }).tap();
  const frame = site.frameLocator("iframe");
  await frame.getByLabel("Your name").waitFor(); // Ada would have a chat
  const [, inner] = site.frames();
  await inner.evaluate(() => document.fonts.ready);
  assert.deepEqual([await told(site), await told(inner)], [[], []]);
  assert.equal(await inner.evaluate(() => window.parley === undefined), true);
  const box = () => site.locator("iframe").boundingBox();
  assert.deepEqual(await box(), { x: 0, y: 0, width: 360, height: 740 });
  await site.evaluate(() => globalThis.cover(400, 60));
  assert.deepEqual(await box(), { x: 0, y: 60, width: 360, height: 400 });
  await site.evaluate(() => globalThis.cover(undefined, 0));
  const edges = await site.context().newCDPSession(site);
  await edges.send("Emulation.setSafeAreaInsetsOverride", { insets: { top: 47, topMax: 47, bottom: 34, bottomMax: 34 } });
  await until("round edges", async () => JSON.stringify(await box()) === JSON.stringify({ x: 0, y: 47, width: 360, height: 740 - 47 - 34 }));
  await site.evaluate((text) => globalThis.parley.identify(text), signed("ada"));
  await until("the site says who is there", async () => (await shown(frame)).includes("My order is late"));
  await picture(site, "webview-site");
  await save(frame);
  await frame.getByRole("dialog", { name: "Conversation" }).waitFor();
  assert.deepEqual([await told(site), await told(inner)], [[], []]);
});
