// How soon the widget is there, on a processor that is slowed four times by the browser itself: the launcher after its script has come, the window after
// the click, for who is here for the first time, for who comes back to the site, and for who comes back to a chat. It prints a table, and fails where
// a median is over its target. It is no test: a busy machine makes it slow. scripts/bench-pages.sh runs it.
import { until, world } from "./world.mjs";

const SLOW = 4;
const ROUNDS = Number(process.env.ROUNDS ?? 11);

const w = await world();

/** Slows a page down from its next document on. */
async function slow(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW });
}

/** Runs in every document: notes when the launcher, the form or a message was first painted, as the time of day. */
function watch() {
  globalThis.seen = {};
  const find = { launcher: () => document.querySelector("parley-chat"), form: () => document.querySelector("form input"), message: () => document.querySelector(".message .bubble") };
  const look = () => {
    for (const [name, is] of Object.entries(find)) {
      if (globalThis.seen[name] || !is()) continue;
      globalThis.seen[name] = -1;
      requestAnimationFrame(() => setTimeout(() => (globalThis.seen[name] = performance.timeOrigin + performance.now())));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  addEventListener("click", (event) => (globalThis.clicked = performance.timeOrigin + event.timeStamp), true);
}

const seen = (frame, name) => until(name, async () => frame && (await frame.evaluate((of) => globalThis.seen?.[of] > 0 && globalThis.seen[of], name)));

/** Loads the site, and answers how long the launcher took from when its script had come. */
async function arrive(page) {
  await page.goto(w.stranger.url);
  const shown = await seen(page.mainFrame(), "launcher");
  return shown - (await page.evaluate(() => performance.timeOrigin + performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/widget.js")).responseEnd));
}

/** Opens the window, and answers how long it took until something was there. */
async function open(page, what) {
  const button = page.getByRole("button", { name: /^Chat with us/ });
  await button.hover();
  await new Promise((resolve) => setTimeout(resolve, 300)); // a pointer comes to the button before it presses it
  await button.click();
  const frame = await until("the frame", () => page.frames()[1]);
  const shown = await seen(frame, what);
  return shown - (await page.evaluate(() => globalThis.clicked));
}

const times = { "launcher, first visit": [], "launcher, again": [], "window, first visit": [], "window, again": [], "window, with a chat": [] };
const targets = { launcher: 100, window: 300 };

try {
  for (let round = 0; round <= ROUNDS; round++) {
    const got = {};
    const page = await w.visit("about:blank");
    await page.context().addInitScript(watch);
    await slow(page);
    got["launcher, first visit"] = await arrive(page);
    got["window, first visit"] = await open(page, "form");
    const close = () => page.evaluate(() => sessionStorage.clear());
    await close();
    got["launcher, again"] = await arrive(page);
    got["window, again"] = await open(page, "form");
    const chat = page.frameLocator("iframe");
    await chat.getByLabel("Your name").fill("Ada");
    await chat.getByRole("button", { name: "Start the chat" }).click();
    await chat.locator(".bubble").first().waitFor();
    await close();
    await arrive(page);
    got["window, with a chat"] = await open(page, "message");
    await page.context().close();
    if (round > 0) for (const [name, all] of Object.entries(times)) all.push(got[name]); // the first round warms the server
  }
  let over = 0;
  console.log(`Chromium ${w.browser.version()}, slowed ${SLOW} times, ${ROUNDS} rounds; milliseconds\n`);
  console.log(`${"".padEnd(24)}${["median", "fastest", "slowest", "target"].map((head) => head.padStart(10)).join("")}`);
  for (const [name, all] of Object.entries(times)) {
    all.sort((a, b) => a - b);
    const median = all[Math.floor(all.length / 2)];
    const target = targets[name.split(",")[0]];
    if (median > target) over++;
    console.log(`${name.padEnd(24)}${[median, all[0], all.at(-1), target].map((ms) => String(Math.round(ms)).padStart(10)).join("")}${median > target ? "  over" : ""}`);
  }
  process.exitCode = over ? 1 : 0;
} finally {
  await w.close();
}
