// The corpus of what has been code somewhere (C1), and how a page is seen to show it as text.
import assert from "node:assert/strict";
import { until } from "./world.mjs";

export const evil = [
  `<img src=x onerror="globalThis.pwned=1">`,
  `<script>globalThis.pwned=1</script>`,
  `"><svg onload=globalThis.pwned=1>`,
  `<a href="javascript:globalThis.pwned=1">here</a>`,
  `[here](javascript:globalThis.pwned=1)`,
  `![x](https://elsewhere.example/pixel.png)`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `{{constructor.constructor('globalThis.pwned=1')()}}`,
  `<math><mtext><style><img src onerror=globalThis.pwned=1></style></mtext></math>`,
  `<style>@import "https://elsewhere.example/x.css"</style>`,
  `javascript:globalThis.pwned=1//https://ok.example/`,
  `\u202e<b>turned</b> \u0000`.replace("\u0000", ""),
  `https://ok.example/"onmouseover="globalThis.pwned=1`,
  `<form action="https://elsewhere.example/"><button>Go</button></form>`,
  `</textarea><img src=x onerror=globalThis.pwned=1>`,
  `data:text/html,<script>globalThis.pwned=1</script>`,
  `\u2066\u202eshown \u202dfrom\u2069 the right \u200f<i>\u05e9\u05dc\u05d5\u05dd</i> \u0645\u0631\u062d\u0628\u0627`,
  `\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u{1f3f3}\ufe0f\u200d\u{1f308} z\u0351\u036b\u0343\u036a\u0342\u036b\u033d\u034f\u0334`,
  `&lt;b&gt;&amp;&#60;script&#62;`,
  "W".repeat(120), // a word that is wider than what shows it
];
export const addresses = ["javascript:globalThis.pwned=1", "data:text/html,<script>globalThis.pwned=1</script>", " java\tscript:globalThis.pwned=1", "https://elsewhere.example/pixel.png", "//elsewhere.example/x"];

/** Hears what a window asks of other servers, opens, or asks its user; all that is put into left. */
export function watch(page, left) {
  page.context().on("request", (request) => {
    if (!new URL(request.url()).hostname.match(/^(127\.0\.0\.1|)$/)) left.push(request.url());
  });
  page.context().on("page", (other) => left.push(`opened ${other.url()}`));
  page.on("dialog", (dialog) => {
    left.push(`asked ${dialog.message()}`);
    void dialog.dismiss();
  });
}

/** What is found shows each of the texts, letter by letter as it was written. */
export async function asWritten(found, texts) {
  let missing = texts;
  await until("all is shown", async () => {
    const shown = new Set(await found.evaluateAll((elements) => elements.map((element) => (element.matches("input, textarea") ? element.value : element.textContent).trim())));
    missing = texts.filter((text) => !shown.has(text.trim()));
    return missing.length === 0;
  }).catch(() => assert.fail(`not shown as it was written in ${found}: ${JSON.stringify(missing)}`));
}

/** Nothing ran, there is nothing in the documents that could, and no long word makes the page wider than its window. */
export async function harmless(page) {
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${page.url()} is wider than its window`);
  for (const frame of page.frames()) {
    assert.equal(await frame.evaluate(() => globalThis.pwned), undefined);
    const odd = await frame.evaluate(() => [...document.querySelectorAll("#app *")].flatMap((element) => {
      const wrong = element.getAttributeNames().filter((name) => name.startsWith("on") || name === "srcdoc");
      if (element.matches("script, iframe, object, embed, style, base, link, img, math, form[action]")) wrong.push(element.localName);
      if (element.matches("a[href]:not([href^='#'])") && !(/^https?:$/.test(element.protocol) && element.rel.includes("noopener noreferrer"))) wrong.push(element.href);
      return wrong;
    }));
    assert.deepEqual(odd, []);
  }
}
