// A Chromium whose pages have the unchanged chatjs, on another origin than the
// server under test.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const chatjs = createRequire(import.meta.url).resolve("amazon-connect-chatjs");
const files = {
  "/": [join(here, "page.html"), "text/html"],
  "/page.js": [join(here, "page.js"), "text/javascript"],
  "/chatjs.js": [chatjs, "text/javascript"],
};

const trusted = process.env.PARLEY_E2E_TRUSTED_KEY;

// Operations by the path that chatjs posts to.
const names = {
  "/participant/connection": "CreateParticipantConnection",
  "/participant/message": "SendMessage",
  "/participant/event": "SendEvent",
  "/participant/transcript": "GetTranscript",
  "/participant/disconnect": "DisconnectParticipant",
  "/participant/start-attachment-upload": "StartAttachmentUpload",
  "/participant/complete-attachment-upload": "CompleteAttachmentUpload",
  "/participant/attachment": "GetAttachment",
  "/participant/authentication-url": "GetAuthenticationUrl",
  "/participant/cancel-authentication": "CancelParticipantAuthentication",
};

// serve answers with the files of the tests, and of more pages by their path.
const serve = (more) => async (request, response) => {
  const [path, type] = more[request.url] ?? files[request.url] ?? [];
  if (!path) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "Content-Type": type }).end(await readFile(path));
};

// launch starts the browser. The result has page(), which opens one page with
// a session store of its own; operations, the set of calls that succeeded;
// errors, what went wrong in the pages; origin, the site's; and close(). More files of the site are by
// their path: name and type.
export async function launch(more = {}) {
  const named = Object.fromEntries(Object.entries(more).map(([path, [name, type]]) => [path, [resolve(here, name), type]]));
  const site = createServer(serve(named));
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: process.env.PARLEY_E2E_CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
      // the key of a server whose certificate no authority in this browser signed
      ...trusted ? [`--ignore-certificate-errors-spki-list=${trusted}`] : []],
  });
  const operations = new Set();
  const errors = [];

  const origin = `http://127.0.0.1:${site.address().port}`;

  async function page(path = "/") {
    const made = await (await browser.newContext()).newPage();
    made.on("pageerror", (error) => errors.push(String(error)));
    made.on("response", (response) => {
      const name = names[new URL(response.url()).pathname];
      if (name && response.request().method() === "POST" && response.ok()) operations.add(`connectparticipant.${name}`);
    });
    await made.goto(origin + path);
    return made;
  }

  async function close() {
    await browser.close();
    site.close();
  }

  return { page, operations, errors, origin, close };
}
