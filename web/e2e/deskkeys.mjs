// The workspace by the keyboard alone, from signing in to the end of the work; a password of one's own, a code, signing out in all tabs; and what calls
// an agent who looks elsewhere.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { allAway, enterAs, furnish, given, picture, run, until } from "./world.mjs";

const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent);

/** Presses Tab until something has the focus. */
async function tabTo(page, name) {
  for (let i = 0; i < 40; i++) {
    if ((await focused(page))?.trim().startsWith(name)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${name}`);
}

/** Runs a command of the palette. */
async function command(page, letters) {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What do you want to do?" }).waitFor();
  await page.keyboard.type(letters);
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "What do you want to do?" }).waitFor({ state: "detached" });
}

await run(async (w) => {
  await furnish(w.call);
  await allAway(given.Ana, given.Bo, given.Mona);
  const page = await w.visit(`${given.url}/agent`, { viewport: { width: 1360, height: 800 }, permissions: ["notifications"] });
  await page.addInitScript(() => {
    globalThis.told = [];
    globalThis.Notification = class { static permission = "granted"; static requestPermission = async () => "granted"; constructor(title, { body }) { globalThis.told.push(`${title}: ${body}`); } close() {} };
  });
  await page.reload();
  await page.getByLabel("User name").waitFor();
  await until("the first field has the focus", async () => (await focused(page))?.startsWith("User name"));
  await page.keyboard.type(given.Ana.username);
  await page.keyboard.press("Tab");
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await picture(page, "signin-wrong");
  await page.getByLabel("Password").fill("");
  await tabTo(page, "Password");
  await page.keyboard.type(given.Ana.password);
  await page.keyboard.press("Enter");
  await page.getByLabel("Your status").waitFor();

  await command(page, "status: available");
  await until("Ana is available", async () => (await page.locator(".dot.ROUTABLE").count()) === 1);
  await page.keyboard.press("Alt+h");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await picture(page, "desk-shortcuts");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  const visitor = await w.visit(w.stranger.url);
  const { chat } = await w.begin(visitor, "Ada");
  await page.getByRole("article", { name: "Ada waits for an answer" }).waitFor();
  await page.keyboard.press("Alt+a");
  await chat.getByText("Ana has joined").waitFor();
  await until("one can write at once", async () => (await focused(page)) === "Your message");
  await page.keyboard.type("Good morning");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("from the keyboard");
  await page.keyboard.press("Enter");
  await chat.locator(".bubble", { hasText: "Good morning" }).waitFor();
  await page.keyboard.press("Alt+n");
  await until("a note can be written", async () => (await focused(page))?.startsWith("New note"));
  await page.keyboard.type("kept");
  await tabTo(page, "Add the note");
  await page.keyboard.press("Enter");
  await page.getByRole("tabpanel", { name: /Notes/ }).getByText("kept").waitFor();

  // a second chat: what comes in the one that is not looked at is counted, and the numbers go there
  const other = await w.visit(w.stranger.url);
  const { chat: second } = await w.begin(other, "Bert");
  await page.getByRole("article", { name: "Bert waits for an answer" }).waitFor();
  await command(page, "accept bert");
  await second.getByText("Ana has joined").waitFor();
  await chat.getByLabel("Your message").fill("are you there?");
  await chat.getByLabel("Your message").press("Enter");
  await page.getByRole("link", { name: /Ada.*1 new message/ }).waitFor();
  assert.match(await page.title(), /^\(1\)/);
  await picture(page, "desk-unread");
  await page.keyboard.press("Alt+1");
  await page.getByRole("heading", { name: "Ada" }).waitFor();
  await until("it counts as seen", async () => !/^\(1\)/.test(await page.title()));
  await page.keyboard.press("Alt+ArrowDown");
  await page.getByRole("heading", { name: "Bert" }).waitFor();

  // who looks elsewhere is told on the desktop, once it is allowed
  await page.getByRole("button", { name: "Your account" }).focus();
  await page.keyboard.press("Enter");
  await tabTo(page, "Notifications on the desktop are off");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Notifications on the desktop are on" }).waitFor();
  await page.keyboard.press("Escape");
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await second.getByLabel("Your message").fill("hello?");
  await second.getByLabel("Your message").press("Enter");
  await until("the desktop tells", async () => (await page.evaluate(() => globalThis.told)).includes("Bert: hello?"));
  await page.evaluate(() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event("visibilitychange"));
  });

  // both end
  for (const name of ["Bert", "Ada"]) {
    await page.getByRole("heading", { name }).waitFor();
    await page.keyboard.press("Alt+x");
    await page.getByRole("dialog", { name: "End this chat?" }).waitFor();
    await tabTo(page, "End the chat");
    await page.keyboard.press("Enter");
    await page.getByRole("form", { name: "Work after the chat" }).waitFor();
    await page.keyboard.press("Alt+w");
    await until("what became of it is asked", async () => (await focused(page))?.startsWith("What became of it"));
    await page.keyboard.type("Solved");
    await tabTo(page, "Save and finish");
    await page.keyboard.press("Enter");
    await page.getByRole("form", { name: "Work after the chat" }).waitFor({ state: "detached" });
    if (name === "Bert") await page.keyboard.press("Alt+1");
  }

  await codes(w, page);
});

/** A code for signing in; a password that an administrator set; and signing out, which every tab hears of. */
async function codes(w, page) {
  const enrolled = await page.evaluate(async (password) => {
    const me = await (await fetch("/api/me")).json();
    const post = async (path, body) => (await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": me.csrf_token }, body: JSON.stringify(body) })).json();
    return { secret: (await post("/api/totp", { password })).secret, csrf: me.csrf_token, id: me.user.id };
  }, given.Ana.password);
  await page.evaluate(async ({ code, csrf }) => {
    await fetch("/api/totp/confirm", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ code }) });
  }, { code: totp(enrolled.secret, 0), csrf: enrolled.csrf });
  const tab = await page.context().newPage();
  await tab.goto(`${given.url}/agent`);
  await tab.getByLabel("Your status").waitFor();
  await command(page, "sign out");
  for (const one of [page, tab]) await one.getByLabel("User name").waitFor();
  await tab.close();
  await enterAs(page, given.Ana);
  await page.getByLabel("Code").waitFor();
  await picture(page, "signin-code");
  await page.getByLabel("Code").fill(totp(enrolled.secret, 1)); // a code is good once
  await page.keyboard.press("Enter");
  await page.getByLabel("Your status").waitFor();

  await w.call("DELETE", `/api/users/${enrolled.id}/totp`);
  await w.call("POST", `/api/users/${enrolled.id}/password`, { password: "Set-by-somebody-else-1" });
  await page.getByLabel("User name").waitFor(); // every sign-in has ended
  await enterAs(page, { ...given.Ana, password: "Set-by-somebody-else-1" });
  await page.getByRole("heading", { name: "Choose a password" }).waitFor();
  await picture(page, "signin-password");
  await page.getByLabel("The password that you have").fill("Set-by-somebody-else-1");
  await page.getByLabel(/^The new password(?! again)/).fill(given.Ana.password);
  await page.getByLabel("The new password again").fill("another one");
  await page.keyboard.press("Enter");
  await page.getByText("The two are not the same.").waitFor();
  await page.getByLabel("The new password again").fill(given.Ana.password);
  await page.keyboard.press("Enter");
  await page.getByLabel("Your status").waitFor();
  await page.getByLabel("Your status").selectOption({ label: "Offline" });
}

/** The code of an authenticator app (RFC 6238), so many half minutes ahead. */
function totp(secret, ahead) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll("=", "")].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const hash = createHmac("sha1", key).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
