// A customer who leaves is told of answers on the device: by the server's own push, encrypted for a browser whose push service is this
// script, since a headless Chromium has none, and shown by the real service worker.
import assert from "node:assert/strict";
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { agentOf, picture, run, signer, until, violations } from "./world.mjs";

const ECHO = { viewport: { width: 1000, height: 760 } };
const small = { viewport: { width: 320, height: 480 } };

/** A push service, and the browser that is subscribed to it: what comes is decrypted (RFC 8291) and kept in heard. */
async function pushService() {
  const keys = createECDH("prime256v1");
  const point = keys.generateKeys();
  const auth = randomBytes(16);
  const heard = [];
  const derive = (secret, salt, info, length) => Buffer.from(hkdfSync("sha256", secret, salt, info, length));
  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      const [salt, theirs, sealed] = [body.subarray(0, 16), body.subarray(21, 21 + body[20]), body.subarray(21 + body[20])];
      const secret = derive(keys.computeSecret(theirs), auth, Buffer.concat([Buffer.from("WebPush: info\0"), point, theirs]), 32);
      const open = createDecipheriv("aes-128-gcm", derive(secret, salt, "Content-Encoding: aes128gcm\0", 16), derive(secret, salt, "Content-Encoding: nonce\0", 12));
      open.setAuthTag(sealed.subarray(-16));
      const clear = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()]);
      heard.push(clear.subarray(0, clear.lastIndexOf(2)).toString());
      response.writeHead(201).end();
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    heard,
    subscription: { endpoint: `http://127.0.0.1:${server.address().port}/of/this/browser`, expirationTime: null, keys: { p256dh: point.toString("base64url"), auth: auth.toString("base64url") } },
    close: () => server.close(),
  };
}

await run(async (w) => {
  const push = await pushService();
  const site = w.stranger.url.replace("127.0.0.1", "localhost"); // another site than the server's, not only another origin: what its frame stores is apart
  const change = (what) => w.call("PATCH", `/api/widgets/${w.widget.split("/")[1]}`, what);
  await change({ origins: [site] });
  const own = new URL(w.frame).origin;
  const tell = "Tell me of answers on this device";
  const stop = "Stop telling me";

  /** A customer's browser in which subscribing leads to the push service above. */
  async function customer(url, options = {}, granted = true) {
    const page = await w.visit("about:blank", { ...ECHO, ...options });
    const context = page.context();
    if (granted) await context.grantPermissions(["notifications"], { origin: own });
    await context.addInitScript((subscription) => {
      PushManager.prototype.subscribe = async function (options) { // of the window that asks alone: in a frame the browser refuses
        if (!/\/notify$/.test(location.pathname)) throw new Error("a frame subscribes");
        globalThis.asked = options;
        return { toJSON: () => subscription };
      };
    }, push.subscription);
    await page.goto(url);
    return page;
  }
  const menu = async (chat) => {
    await chat.getByLabel("More").click();
    return chat.locator(".menu").getByRole("button").allInnerTexts();
  };
  /** Chooses what opens the window, and gives it. */
  const asks = async (page, chat) => {
    await menu(chat);
    const [opened] = await Promise.all([page.context().waitForEvent("page"), chat.getByRole("button", { name: tell }).click()]);
    opened.setDefaultTimeout(20_000);
    return opened;
  };

  // a widget that does not offer it does not
  const page = await customer(site);
  let { chat, ContactId } = await w.begin(page);
  const agent = await agentOf(ContactId);
  await chat.getByText("Ben has joined").waitFor();
  assert.deepEqual(await menu(chat), ["Save the conversation", "End the chat"]);
  assert.match(await (await page.context().request.get(`${w.frame.replace(/frame$/, "settings")}`)).text(), /"push_path":""/);
  await change({ web_push: true });
  await page.reload();
  await chat.getByText("Ben has joined").waitFor();

  // one that does asks in a window of the server's own, by the keyboard alone
  await until("the menu offers it", async () => {
    if ((await chat.locator(".menu").count()) === 0) {
      await chat.getByLabel("More").focus();
      await page.keyboard.press("Enter");
    }
    return chat.getByRole("button", { name: tell }).isVisible();
  });
  await picture(page, "notify-menu");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  const [asking] = await Promise.all([page.context().waitForEvent("page"), page.keyboard.press("Enter")]);
  await asking.getByText("May Shop support tell you on this device when somebody answers, also when the chat is closed?").waitFor();
  assert.equal(new URL(asking.url()).origin, own);
  const allow = asking.getByRole("button", { name: "Yes, tell me" });
  await until("the button has the focus", () => allow.evaluate((button) => button === document.activeElement));
  for (const [name, viewport] of [["wide", { width: 420, height: 480 }], ["small", small.viewport]]) {
    await asking.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await asking.emulateMedia({ colorScheme });
      await picture(asking, `notify-asks-${name}-${colorScheme}`);
      assert.deepEqual(await violations(asking.mainFrame()), [], `${name} ${colorScheme}`);
      assert.ok(await asking.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than its window`);
    }
  }

  // what another window says is not heard: not what a stranger opens, nor what the chat's own window is not
  const registrations = () => page.requests.filter((request) => request.method === "POST" && request.url.endsWith("/push"));
  page.requests = [];
  page.on("request", (request) => page.requests.push({ method: request.method(), url: request.url(), body: request.postData() }));
  const forged = { parleyNotify: { subscription: { ...push.subscription, endpoint: "https://evil.example/push" } } };
  await page.evaluate((message) => document.querySelector("parley-chat").shadowRoot.querySelector("iframe").contentWindow.postMessage(message, "*"), forged); // the site
  await page.frames().find((frame) => frame.url().includes("/frame")).evaluate((message) => window.postMessage(message, "*"), forged); // of its own origin, but not the window
  await page.waitForTimeout(500);
  assert.deepEqual(registrations(), []);
  // nor what the window has become that it opened
  const there = asking.url();
  await Promise.all([asking.waitForURL(`${site}/`), asking.evaluate((url) => void location.assign(url), `${site}/`)]);
  await asking.evaluate((message) => window.opener.postMessage(message, "*"), forged);
  await page.waitForTimeout(500);
  assert.deepEqual(registrations(), []);
  await Promise.all([asking.waitForURL(there), asking.evaluate((url) => void location.assign(url), there)]);
  await allow.waitFor();
  // nor does the window hear who has not opened it, or give anything to who is not a page of the server
  const evil = await w.visit(site, ECHO);
  await evil.context().grantPermissions(["notifications"], { origin: own });
  await evil.evaluate((url) => {
    globalThis.got = [];
    addEventListener("message", (event) => event.data?.parleyNotify && globalThis.got.push(event.data));
    globalThis.opened = open(url);
  }, w.frame.replace(/frame$/, "notify"));
  await until("the stranger's window is there", () => evil.context().pages().length === 2);
  const stolen = evil.context().pages()[1];
  await stolen.evaluate((subscription) => (PushManager.prototype.subscribe = async () => ({ toJSON: () => subscription })), push.subscription);
  await stolen.getByRole("button", { name: "Yes, tell me" }).click();
  await until("it waits for who opened it", () => stolen.locator("[aria-busy=true]").count());
  await evil.evaluate(() => globalThis.opened.postMessage({ parleyNotify: { taken: true } }, "*"));
  await evil.waitForTimeout(500);
  assert.deepEqual(await evil.evaluate(() => globalThis.got), []);
  assert.equal(stolen.isClosed(), false);
  await evil.context().close();

  // with the permission the browser is subscribed with the server's key, and the window closes by itself
  const key = (await (await page.context().request.get(`${own}/push/key`)).json()).applicationServerKey;
  await asking.evaluate(() => (window.close = () => {})); // not before it is looked at
  const cdp = await page.context().newCDPSession(page);
  const workers = new Map();
  await cdp.send("ServiceWorker.enable");
  cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations.forEach((one) => workers.set(one.scopeURL, one)));
  await asking.bringToFront();
  await asking.keyboard.press("Enter");
  await asking.getByText("Done. You can close this window.").waitFor();
  assert.deepEqual(await asking.evaluate(() => globalThis.asked), { userVisibleOnly: true, applicationServerKey: key });
  await picture(asking, "notify-done");
  assert.deepEqual(await violations(asking.mainFrame()), []);
  await asking.close();
  const told = chat.getByText("You are told on this device when somebody answers, also when the chat is closed.");
  await told.waitFor();
  await picture(page, "notify-told");
  assert.deepEqual(await violations(page.frames()[1]), []);
  const [registration] = registrations();
  assert.deepEqual(JSON.parse(registration.body), { subscription: push.subscription, page: `${site}/` });
  await chat.getByRole("button", { name: "OK" }).click();
  await told.waitFor({ state: "detached" });
  assert.ok(await chat.getByLabel("More").evaluate((button) => button === document.activeElement));
  assert.ok((await menu(chat)).includes(stop));

  // who is there hears nothing by push; who has left does
  await agent.say("While you are here.");
  await chat.getByText("While you are here.").first().waitFor();
  await page.reload();
  await chat.getByText("While you are here.").first().waitFor();
  assert.ok((await menu(chat)).includes(stop), "after a reload it is still known");
  await page.goto("about:blank");
  const heard = async (text) => {
    await until(`the push service hears ${text}`, async () => push.heard.some((message) => message.includes(text)) || (await agent.say(text), await new Promise((resolve) => setTimeout(resolve, 900)), false));
    return push.heard.find((message) => message.includes(text));
  };
  const message = await heard("Your order is on its way.");
  assert.equal(push.heard.some((one) => one.includes("While you are here")), false);
  assert.equal(JSON.parse(message).Page, `${site}/`);

  // the real service worker shows it
  const scope = `${w.frame.replace(/frame$/, "")}`;
  const home = await page.context().newPage();
  await home.goto(w.frame);
  const deliver = async (data) => cdp.send("ServiceWorker.deliverPushMessage", { origin: `${own}/`, registrationId: (await until("the worker is registered", () => workers.get(scope))).registrationId, data });
  const notes = () =>
    home.evaluate(async (scope) => (await (await navigator.serviceWorker.getRegistration(scope)).getNotifications()).map(({ title, body, tag, lang, data }) => ({ title, body, tag, lang, data })), scope);
  await deliver(message);
  const [note, ...others] = await until("it is shown", async () => ((await notes()).length ? notes() : false));
  assert.deepEqual(note, { title: "Ben · Shop support", body: "Your order is on its way.", tag: `parley:${ContactId}`, lang: "en-GB", data: { page: `${site}/` } });
  assert.deepEqual(others, []);
  await deliver(await heard("It comes tomorrow."));
  await until("the next one takes its place", async () => (await notes()).map(({ body }) => body).join() === "It comes tomorrow.");
  for (const odd of ["", "{", "[]", '{"Content": 7}']) await deliver(odd);
  await until("what is no message is one all the same", async () => (await notes()).some(({ title, body }) => title === "Shop support" && body === "A new message"));
  assert.equal((await notes()).length, 2);

  // a click leads to the site, where the chat is; to an open page of the server's own it goes back
  const worker = await until("the worker runs", () => page.context().serviceWorkers()[0]);
  const click = (page) =>
    worker.evaluate(async (page) => {
      const went = [];
      const [note] = (await registration.getNotifications()).filter(({ data }) => data.page === page || !page);
      const was = Clients.prototype.openWindow;
      const focus = WindowClient.prototype.focus;
      Clients.prototype.openWindow = async (url) => void went.push(`opens ${url}`);
      WindowClient.prototype.focus = async function () { went.push(`focuses ${this.url}`); };
      const event = new NotificationEvent("notificationclick", { notification: note });
      let done;
      event.waitUntil = (promise) => (done = promise);
      dispatchEvent(event);
      await done;
      Clients.prototype.openWindow = was;
      WindowClient.prototype.focus = focus;
      return { went, left: (await registration.getNotifications()).length };
    }, page);
  assert.deepEqual(await click(`${site}/`), { went: [`opens ${site}/`], left: 1 });
  const german = JSON.stringify({ ...JSON.parse(message), Page: `${w.frame}#lang=de` });
  await until("it is there", async () => (await notes()).length === 2 || (await deliver(german), await new Promise((resolve) => setTimeout(resolve, 500)), false)); // a browser may lose one to a worker that it stops
  assert.deepEqual(await click(`${w.frame}#lang=de`), { went: [`focuses ${w.frame}`], left: 1 });
  await deliver(JSON.stringify({ ...JSON.parse(message), Page: "javascript:alert(1)" }));
  await home.close();

  // it stops, also where the widget offers it no more
  await page.goto(site);
  await chat.getByText("It comes tomorrow.").first().waitFor();
  await change({ web_push: false });
  await page.reload();
  await chat.getByText("It comes tomorrow.").first().waitFor();
  await menu(chat);
  await chat.getByRole("button", { name: stop }).click();
  await chat.getByText("You are not told on this device any more.").waitFor();
  assert.deepEqual(await menu(chat), ["Save the conversation", "End the chat"]);
  await page.goto("about:blank");
  const until_now = push.heard.length;
  await agent.say("Into the void.");
  await page.waitForTimeout(3_000);
  assert.equal(push.heard.length, until_now);
  await change({ web_push: true });

  // who signs out, and whom another follows, is told no more; also when it is said on another page, or the server is not reached
  const signed = await signer(w);
  const shared = await customer(site);
  const theirs = shared.frameLocator("iframe");
  const identify = (who) => shared.evaluate((token) => globalThis.parley.identify(token), who && signed(who));
  const nameless = theirs.getByLabel("Your name");
  const loaded = () => shared.getByRole("button", { name: /^Chat with us/ }).waitFor();
  const silent = async (of, words) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const before = push.heard.length;
    await of.say(words);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    assert.deepEqual(push.heard.slice(before), [], words);
  };
  const signsUp = async () => {
    const asking = await asks(shared, theirs);
    await asking.getByRole("button", { name: "Yes, tell me" }).click();
    await theirs.getByText("You are told on this device when somebody answers").waitFor();
  };
  await loaded();
  await identify("ada");
  const adas = await agentOf((await w.begin(shared, "Ada")).ContactId);
  await theirs.getByText("Ben has joined").waitFor();
  await signsUp();
  await identify(undefined);
  await nameless.waitFor();
  await silent(adas, "Ada has signed out.");
  await identify("ada");
  await theirs.getByText("Ada has signed out.").first().waitFor();
  assert.ok((await menu(theirs)).includes(tell), "it says that one is told");
  await shared.keyboard.press("Escape");
  await signsUp();

  // a page may say who is there some time after it was loaded; one that does not at all has nobody signed in
  await shared.reload();
  await loaded();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await identify("ada");
  await theirs.getByText("Ada has signed out.").first().waitFor();
  assert.ok((await menu(theirs)).includes(stop), "a new page stops what nobody has signed out of");
  await shared.keyboard.press("Escape");
  await Promise.all([shared.waitForRequest("**/participant/connection"), shared.reload()]); // the chat is not shown: this is for what is stopped
  await silent(adas, "She is gone.");
  await identify("ada");
  await theirs.getByText("She is gone.").first().waitFor();
  await signsUp();

  let tries = 0;
  await shared.route("**/participant/connection", (route) => (tries++, route.abort("connectionrefused")));
  await shared.reload(); // she signs out on a page that has not shown her chat
  await loaded();
  await identify(undefined);
  await nameless.waitFor();
  await until("it is tried", () => tries > 0);
  const before = tries;
  await identify("bob");
  await until("it is tried for the next one", () => tries > before);
  await shared.unroute("**/participant/connection");
  await shared.reload(); // the server is reached again
  await loaded();
  await silent(adas, "Bob is here.");
  await adas.leave();
  await shared.context().close();

  // a browser that forbids it, one that opens no windows, a site that parts the two, and one that has no push: each in words
  await page.goto(site);
  await chat.getByText("Into the void.").first().waitFor();
  const refused = await customer(site, small, false);
  const second = (await w.begin(refused, "Bob")).chat;
  await second.getByText("Ben has joined").waitFor();
  const no = await asks(refused, second);
  await no.getByRole("button", { name: "Yes, tell me" }).click(); // a browser without a screen says no
  const forbidden = "Your browser does not allow it. You can change that in its settings, under notifications.";
  await no.getByText(forbidden).waitFor();
  await no.setViewportSize(small.viewport);
  for (const colorScheme of ["light", "dark"]) {
    await no.emulateMedia({ colorScheme });
    await picture(no, `notify-forbidden-${colorScheme}`);
    assert.deepEqual(await violations(no.mainFrame()), []);
  }
  await no.close();
  await second.getByText(forbidden).waitFor();
  await refused.emulateMedia({ colorScheme: "dark" });
  await picture(refused, "notify-forbidden-in-the-chat");
  assert.deepEqual(await violations(refused.frames()[1]), []);
  await refused.frames()[1].evaluate(() => { window.open = () => null; });
  await menu(second);
  await second.getByRole("button", { name: tell }).click();
  await second.getByText("The window that asks for your permission is not connected with this chat.").waitFor();
  await picture(refused, "notify-no-window");
  await refused.reload();
  await second.getByText("Ben has joined").waitFor();
  await refused.context().route("**/notify", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), "cross-origin-opener-policy": "same-origin" } });
  });
  const parted = await asks(refused, second);
  await parted.getByText("This window is not connected with a chat.").waitFor();
  await picture(parted, "notify-parted");
  assert.deepEqual(await violations(parted.mainFrame()), []);
  await refused.context().close();
  const proud = await w.visit(`${site}/apart`, ECHO);
  const apart = (await w.begin(proud, "Pru")).chat;
  await apart.getByText("Thanks for getting in touch").first().waitFor();
  await asks(proud, apart);
  await apart.getByText("The window that asks for your permission is not connected with this chat.").waitFor();
  await proud.context().close();

  // at the top the same, in the languages of the widget; what has no push offers none
  for (const [locale, more, name, allowed] of [["de-DE", "Mehr", "Auf diesem Gerät über Antworten benachrichtigen", "Ja, benachrichtigen"], ["ar", "المزيد", "إشعاري بالردود على هذا الجهاز", "نعم، أرسلوا الإشعارات"]]) {
    const top = await customer(w.frame, { ...small, locale });
    await top.locator("input").first().fill("Eve");
    await top.locator("form button").click();
    await top.getByLabel(more).click();
    const [window] = await Promise.all([top.context().waitForEvent("page"), top.getByRole("button", { name }).click()]);
    await window.getByRole("button", { name: allowed }).waitFor();
    await window.setViewportSize(small.viewport);
    await picture(window, `notify-asks-${locale}`);
    assert.deepEqual(await violations(window.mainFrame()), []);
    const done = window.waitForEvent("close");
    top.on("request", (request) => request.url().endsWith("/push") && (top.registered = JSON.parse(request.postData())));
    await window.getByRole("button", { name: allowed }).click();
    await done;
    assert.equal(top.registered.page, w.frame);
    await picture(top, `notify-told-${locale}`);
    await top.context().close();
  }
  const old = await w.visit("about:blank", ECHO);
  await old.context().addInitScript(() => delete globalThis.PushManager);
  await old.goto(site);
  const without = (await w.begin(old, "Old")).chat;
  await without.getByText("Thanks for getting in touch").first().waitFor();
  assert.deepEqual(await menu(without), ["Save the conversation", "End the chat"]);
  await old.context().close();

  // nor does a browser in which the frame may store nothing: who comes back would not find the chat
  const bare = await w.visit("about:blank", ECHO);
  await bare.context().addInitScript(() => Object.defineProperty(globalThis, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } }));
  await bare.goto(site);
  const lost = (await w.begin(bare, "Bare")).chat;
  await lost.getByText("Thanks for getting in touch").first().waitFor();
  assert.deepEqual(await menu(lost), ["Save the conversation", "End the chat"]);
  push.close();
}, ["--disable-features=Translate"]); // and nothing else, as Playwright would: what the frames of a site store is apart, as it is for everybody
