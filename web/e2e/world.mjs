// What the browser tests share: a Chromium, a site of a stranger's that shows the widget, a line to the server that can be cut,
// an administrator, and an agent. The tests' arguments come as JSON in PARLEY_E2E_WORLD.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { connect, createServer as listen } from "node:net";
import { chromium } from "playwright-core";

export const given = JSON.parse(process.env.PARLEY_E2E_WORLD);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** line forwards to the server under an address of its own; cut ends what goes through and refuses more, mend lets it through again. */
async function line() {
  const open = new Set();
  const { hostname, port } = new URL(given.url);
  let isCut = false;
  const relay = listen((inner) => {
    if (isCut) return inner.destroy();
    const outer = connect(port, hostname);
    for (const [end, other] of [[inner, outer], [outer, inner]]) {
      open.add(end);
      end.on("error", () => other.destroy());
      end.on("close", () => { open.delete(end); other.destroy(); });
      end.pipe(other);
    }
  });
  await new Promise((resolve) => relay.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${relay.address().port}`,
    cut() { isCut = true; for (const end of open) end.destroy(); },
    mend() { isCut = false; },
    close() { this.cut(); relay.close(); },
  };
}

/** A stranger's site. Its own policy lets the widget's script and frame in, and nothing else; the page /apart is apart from all windows of others, too. */
async function site(page) {
  const server = createServer((request, response) => {
    if (!["/", "/apart"].includes(request.url)) return response.writeHead(404).end();
    const { html, allowed } = page();
    if (request.url === "/apart") response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": `default-src 'none'; script-src ${allowed}; frame-src ${allowed}` });
    response.end(html);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Signs somebody in; the result calls our own API as they may. */
export async function signIn(who) {
  const answer = await fetch(`${given.url}/api/login`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(who) });
  assert.equal(answer.status, 200);
  const cookie = answer.headers.getSetCookie().map((set) => set.split(";")[0]).join("; ");
  const { csrf_token } = await answer.json();
  return async (method, path, body) => {
    const got = await fetch(given.url + path, { method, headers: { Cookie: cookie, "X-CSRF-Token": csrf_token, "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const said = await got.json();
    assert.equal(got.status, 200, `${method} ${path}: ${JSON.stringify(said)}`);
    return said;
  };
}

async function post(path, headers, body) {
  const answer = await fetch(given.url + path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });
  const said = await answer.json();
  assert.ok(answer.ok, `${path}: ${answer.status} ${JSON.stringify(said)}`);
  return said;
}

/** Gives a contact centre what its agents need: dispositions, and quick responses. It may be done again. */
export async function furnish(call, alerts = {}) {
  await call("PUT", "/api/settings", { give_back: false, grace_seconds: 60, disposition_codes: ["Solved", "Not solved"], alerts, queues: [] });
  const csv = `shortcut,title,content
hello,Greeting,"Hello {{Contact.CustomerName}}, this is {{Agent.FirstName}}. It is about order {{Attributes.order}}."
refund,Refund,You get your money back within a week.
`;
  await call("POST", "/api/quick-responses/import", { csv });
}

/** Makes sure that nobody is at work. */
export async function allAway(...people) {
  for (const who of people) {
    const call = await signIn(who);
    const { statuses } = await call("GET", "/api/agent");
    await call("PUT", "/api/agent/status", { status_id: statuses.find(({ type }) => type === "OFFLINE").id });
  }
}

/** What the site signs about a customer: a function of their id. */
export async function signer(w) {
  const sub = w.widget.split("/")[1];
  const { secret } = await w.call("POST", `/api/widgets/${sub}/keys`, {});
  return (customerId) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const now = Math.floor(Date.now() / 1000);
    const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, iat: now, exp: now + 300, customerId })}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
}

/** The other side of a chat: somebody who speaks by the participant API. */
export async function participant(token) {
  const { ConnectionCredentials } = await post("/participant/connection", { "X-Amz-Bearer": token }, { Type: ["CONNECTION_CREDENTIALS"], ConnectParticipant: true });
  const ask = (operation, body) => post(`/participant/${operation}`, { "X-Amz-Bearer": ConnectionCredentials.ConnectionToken }, body);
  return {
    say: (Content, ContentType = "text/plain") => ask("message", { ContentType, Content }),
    event: (name) => ask("event", { ContentType: `application/vnd.amazonaws.connect.event.${name}` }),
    transcript: async () => (await ask("transcript", { MaxResults: 100, SortOrder: "ASCENDING", ScanDirection: "BACKWARD" })).Transcript,
    leave: () => ask("disconnect", {}),
    ask,
  };
}

/** The agent who took a chat, which happens by itself. */
export async function agentOf(contact) {
  return until("an agent has taken the chat", async () => {
    const { ParticipantToken } = await post("/_parley/agent/token", { "X-Parley-Test": "1" }, { UserId: given.agent, ContactId: contact });
    return participant(ParticipantToken);
  });
}

/** Asks again until something is there. */
export async function until(what, ask) {
  const deadline = Date.now() + 20_000;
  for (let why = ""; ; ) {
    try {
      const got = await ask();
      if (got) return got;
    } catch (cause) {
      why = String(cause);
    }
    if (Date.now() > deadline) throw new Error(`not within 20 seconds: ${what} ${why}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Fills in the page on which one signs in, and sends it; words are those of its language. */
export async function enterAs(page, { username, password }, words = { username: "User name", password: "Password", signIn: "Sign in" }) {
  await page.getByLabel(words.username).fill(username);
  await page.getByLabel(words.password).fill(password);
  await page.getByRole("button", { name: words.signIn, exact: true }).click();
}

/** args are more of Chromium's. */
export async function world(args = []) {
  const wire = await line();
  const call = await signIn(given.admin);
  let widget = "";
  const stranger = await site(() => ({
    allowed: wire.url,
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Shop</title></head>
      <body><main><h1>A shop</h1><p>Things to buy.</p></main><script async src="${wire.url}/widget.js" data-widget="${widget}"></script></body></html>`,
  }));
  const made = await call("POST", "/api/widgets", {
    name: `Shop ${Date.now()}`, flow_id: given.flow, origins: [stranger.url], starts_per_minute: 1000,
    look: { title: "Shop support", greeting: "Hello! What can we do for you?", fields: [
      { name: "DisplayName", label: "Your name", type: "text", required: true },
      { name: "email", label: "Your e-mail address", type: "email" },
      { name: "about", label: "What is it about?", type: "long" },
    ] },
  });
  widget = made.frame_path.split("/").slice(2, 4).join("/");

  const browser = await chromium.launch({
    executablePath: process.env.PARLEY_E2E_CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...args],
  });
  const troubles = []; // what no page may have: errors, and violations of its policy

  /** A window of its own, with what it started in contacts. */
  async function visit(url, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1000, height: 760 }, locale: "en-GB", timezoneId: "UTC", ...options });
    await context.exposeBinding("violated", (_, what) => troubles.push(`policy: ${what}`));
    await context.addInitScript(() => document.addEventListener("securitypolicyviolation", (event) => globalThis.violated(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`)));
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => troubles.push(`error: ${error.stack ?? error}`));
    page.contacts = [];
    page.on("response", async (response) => {
      if (response.url().endsWith("/start") && response.ok()) page.contacts.push((await response.json()).data.startChatResult);
    });
    await page.goto(url);
    return page;
  }

  /** Opens the chat on a page that shows the launcher, and starts one. */
  async function begin(page, name = "Ada") {
    await page.getByRole("button", { name: "Chat with us" }).click();
    const chat = page.frameLocator("iframe");
    await chat.getByLabel("Your name").fill(name);
    await chat.getByRole("button", { name: "Start the chat" }).click();
    await until("the chat has started", () => page.contacts.length > 0);
    return { chat, ...page.contacts.at(-1) };
  }

  async function close() {
    await browser.close();
    stranger.close();
    wire.close();
  }
  /** Signs somebody in at the workspace, and has them choose the status Available. */
  async function desk(who, options = {}, hash = "") {
    const page = await visit(`${(options.wire ?? { url: given.url }).url}/agent${hash}`, { viewport: { width: 1360, height: 800 }, ...options.look });
    await enterAs(page, who);
    await page.getByLabel("Your status").waitFor();
    if (options.available !== false) {
      await page.getByLabel("Your status").selectOption({ label: "Available" });
      await until("the agent is available", async () => (await page.locator(".dot.ROUTABLE").count()) === 1);
    }
    return page;
  }

  return { wire, line, desk, call, stranger, widget, frame: `${wire.url}${made.frame_path}`, browser, visit, begin, troubles, close };
}

/** What axe has against a document, or what a selector finds in it: nothing, it is hoped. */
export async function violations(frame, within = "html", only = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]) {
  if (!(await frame.evaluate(() => "axe" in globalThis))) await frame.evaluate(axe);
  const found = await frame.evaluate(([part, runOnly]) => globalThis.axe.run(part, { runOnly }), [within, only]);
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`));
}

/** Keeps a picture, where somebody wants to look at it. */
export async function picture(page, name) {
  if (!process.env.PARLEY_E2E_PICTURES) return;
  mkdirSync(process.env.PARLEY_E2E_PICTURES, { recursive: true });
  await page.screenshot({ path: `${process.env.PARLEY_E2E_PICTURES}/${name}.png` });
}

/** The texts of the messages that a chat shows. */
export async function shown(chat) {
  return chat.locator(".message .bubble").allInnerTexts();
}

/** Runs a test: it prints nothing, or what was wrong. */
export async function run(test, args = []) {
  const w = await world(args);
  try {
    await test(w);
    assert.deepEqual(w.troubles, []);
  } catch (cause) {
    console.error(w.troubles);
    for (const [i, context] of w.browser.contexts().entries()) for (const [j, page] of context.pages().entries()) await picture(page, `failed-${i}-${j}`);
    throw cause;
  } finally {
    await w.close();
  }
}
