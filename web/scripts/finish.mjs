// Compresses what was built, so that the server need not, and holds what a browser loads first against the budgets.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const site = new URL("../dist/site/", import.meta.url);

// Gzipped bytes of the first load: a page with the scripts and styles that it names.
const budgets = { "widget.js": 3_000, "notify.js": 2_000, "notify.html": 40_000, "frame.html": 40_000, "index.html": 40_000, "demo.html": 40_000, "missing.html": 40_000, "agent.html": 130_000, "admin.html": 180_000 };
// And of what a page loads once it is wanted.
const later = { Editor: 100_000 };

const read = (name) => readFileSync(new URL(name, site));
const packed = (name) => gzipSync(read(name), { level: 9 });

function firstLoad(name) {
  const named = name.endsWith(".html") ? [...read(name).toString().matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1]) : [];
  return [name, ...named].reduce((sum, file) => sum + packed(file).length, 0);
}

// The widget's page loads one catalogue beside the English one, where somebody reads another language.
const catalogues = readdirSync(new URL("assets/", site)).filter((file) => /^[a-z]{2}-.*\.js$/.test(file));
const largest = Math.max(...catalogues.map((file) => packed(`assets/${file}`).length));

let over = catalogues.length === 0;
for (const [name, budget] of Object.entries(budgets)) {
  const size = firstLoad(name) + (name === "frame.html" ? largest : 0);
  over ||= size > budget;
  console.log(`${size > budget ? "TOO LARGE" : "ok"}  ${name}: ${size} of ${budget} bytes, gzipped`);
}
for (const [name, budget] of Object.entries(later)) {
  const files = readdirSync(new URL("assets/", site)).filter((file) => new RegExp(`^${name}-.*\\.(js|css)$`).test(file));
  const size = files.reduce((sum, file) => sum + packed(`assets/${file}`).length, 0);
  const missing = files.length === 0;
  over ||= missing || size > budget;
  console.log(`${missing ? "MISSING" : size > budget ? "TOO LARGE" : "ok"}  ${name}, loaded later: ${size} of ${budget} bytes, gzipped`);
}

// The widget's page runs in the oldest of the engines that vite.widget.config.ts names: what the build should have written in older words must be gone from all that the page
// loads, now or later. What an older engine may leave out, as field-sizing, is no part of this.
const newer = /light-dark\(|:has\(|@scope|@starting-style|@container style|text-wrap|[{;}]\s*&|\b(?:withResolvers|fromAsync|groupBy|canParse|isWellFormed|AbortSignal\.any|requestIdleCallback)\b/;
const named = new Set(["frame.html"]);
for (const name of named) {
  const words = read(name).toString();
  for (const [file] of words.matchAll(/[\w.-]+\.(?:js|css)\b/g)) if (existsSync(new URL(`assets/${file}`, site))) named.add(`assets/${file}`);
  const found = newer.exec(words);
  over ||= found !== null;
  if (found) console.log(`TOO NEW  ${name}: ${found[0]}`);
}
over ||= named.size < 10; // or this has not looked

const compressed = readdirSync(site, { recursive: true }).filter((name) => /\.(js|css|html|svg)$/.test(name));
for (const name of compressed) writeFileSync(new URL(`${name}.gz`, site), packed(name));
process.exit(over ? 1 : 0);
