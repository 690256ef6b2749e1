// A customer who says nothing, in an unchanged chatjs session in Chromium: idle, returned, idle again, and cut off by the timer. Arguments: the
// instance's id, a flow's id. Talks in lines: says where it stands, and goes on when the clock was moved.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import * as connect from "@aws-sdk/client-connect";
import { launch } from "./browser.mjs";
import { endpoint, region, startChat } from "./start.mjs";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const moved = async (line) => { console.log(line); await lines.next(); };
const timer = (TimerType, minutes) => ({ ParticipantRole: "CUSTOMER", TimerType, TimerValue: { ParticipantTimerDurationInMinutes: minutes } });

const browser = await launch();
try {
  const page = await browser.page();
  const told = (callback, times) => page.waitForFunction(([name, n]) => log("chat", name).length >= n, [callback, times]);
  const details = await startChat();
  await new connect.ConnectClient({}).send(new connect.UpdateParticipantRoleConfigCommand({
    InstanceId: process.argv[2], ContactId: details.contactId,
    ChannelConfiguration: { Chat: { ParticipantTimerConfigList: [timer("IDLE", 2), timer("DISCONNECT_NONCUSTOMER", 3)] } },
  }));
  await page.evaluate(([d, e, r]) => open("chat", d, e, r), [details, endpoint, region]);
  await page.waitForFunction(() => log("chat", "onMessage").some((item) => item.ParticipantRole === "AGENT" && item.ContentType.endsWith("participant.joined")));
  assert.equal(await page.evaluate(() => log("chat", "onParticipantIdle").length), 0);
  await moved("an agent is there");
  await told("onParticipantIdle", 1);
  await page.evaluate(() => call("chat", "sendMessage", { contentType: "text/plain", message: "I am here" }).then(() => true));
  await told("onParticipantReturned", 1);
  await moved("the customer was idle, and has returned");
  await told("onParticipantIdle", 2);
  await told("onAutoDisconnection", 1);
  await told("onEnded", 1);
  const [idle] = await page.evaluate(() => log("chat", "onParticipantIdle"));
  assert.equal(idle.ParticipantRole, "CUSTOMER");
  assert.deepEqual(browser.errors, []);
  console.log("the timer ended the chat");
} finally {
  await browser.close();
}
