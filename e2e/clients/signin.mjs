// A customer whom a flow asks to sign in, with the unchanged chatjs in Chromium: it signs in in a window of its own; a second one opts out.
// Arguments: the instance's id, a flow's id, where the provider sends browsers back to. Prints the operations called.
import assert from "node:assert/strict";
import { ConnectClient, UpdateParticipantAuthenticationCommand } from "@aws-sdk/client-connect";
import { launch } from "./browser.mjs";
import { endpoint, region, startChat } from "./start.mjs";

const back = process.argv[4];
const browser = await launch();
const operations = new Set();
try {
  await signIn(await browser.page());
  await optOut(await browser.page());
  assert.deepEqual(browser.errors, []);
  console.log(JSON.stringify({ operations: [...browser.operations, ...operations].sort() }));
} finally {
  await browser.close();
}

// asked opens a chat and returns the session id with which its flow asks the customer to sign in.
async function asked(page) {
  const details = await startChat();
  await page.evaluate(([d, e, r]) => open("chat", d, e, r), [details, endpoint, region]);
  return JSON.parse((await told(page, "onAuthenticationInitiated")).Content).SessionId;
}

async function told(page, callback) {
  await page.waitForFunction((name) => log("chat", name).length > 0, callback);
  return page.evaluate((name) => log("chat", name)[0], callback);
}

function call(page, method, argument) {
  return page.evaluate(([m, a]) => globalThis.call("chat", m, a), [method, argument]);
}

async function signIn(page) {
  const sessionId = await asked(page);
  const { data } = await call(page, "getAuthenticationUrl", { sessionId, redirectUri: back });
  const popup = await page.context().newPage();
  const came = popup.waitForRequest((request) => request.url().startsWith(`${back}?`));
  await popup.goto(data.AuthenticationUrl).catch(() => {}); // nobody serves the page that it leads back to
  const query = new URL((await came).url()).searchParams;
  const connect = new ConnectClient({});
  await connect.send(new UpdateParticipantAuthenticationCommand({ InstanceId: process.argv[2], State: query.get("state"), Code: query.get("code") }));
  operations.add("connect.UpdateParticipantAuthentication");
  await told(page, "onAuthenticationSuccessful");
  assert.equal((await told(page, "onParticipantDisplayNameUpdated")).DisplayName, "Ada");
}

async function optOut(page) {
  const sessionId = await asked(page);
  await call(page, "cancelParticipantAuthentication", { sessionId });
  await told(page, "onAuthenticationCanceled");
}
