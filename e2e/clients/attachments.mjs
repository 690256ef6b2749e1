// Files through unchanged chatjs sessions in Chromium: a customer attaches
// one on a page of another origin, is told of it, and reads it back; what is
// refused is refused in words that the page can show.
// Arguments: the instance's id, a flow's id. Prints the operations called.
import assert from "node:assert/strict";
import { launch } from "./browser.mjs";
import { endpoint, region, startChat } from "./start.mjs";

const browser = await launch();
try {
  const [first, second] = [await browser.page(), await browser.page()];
  const details = await startChat();
  for (const page of [first, second]) { // the customer, with two tabs
    await page.evaluate(([d, e, r]) => open("chat", d, e, r), [details, endpoint, region]);
    await page.waitForFunction(() => connected("chat", 0));
  }
  const id = await attach(first, second);
  await read(second, id);
  await refuse(first);
  assert.deepEqual(browser.errors, []);
  console.log(JSON.stringify({ operations: [...browser.operations].sort() }));
} finally {
  await browser.close();
}

async function attach(page, other) {
  await page.evaluate(async () => {
    const bytes = new Uint8Array(100_000);
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    await globalThis.call("chat", "sendAttachment", { attachment: new File([bytes], "täst é 1.png", { type: "image/png" }) });
  });
  for (const tab of [page, other]) { // who sent it hears of it too
    await tab.waitForFunction(() => log("chat", "onMessage").some((item) => item.Type === "ATTACHMENT"));
    const items = await tab.evaluate(() => log("chat", "onMessage").filter((item) => item.Type === "ATTACHMENT"));
    assert.equal(items.length, 1);
    const [{ AttachmentName, ContentType, Status }] = items[0].Attachments;
    assert.deepEqual([AttachmentName, ContentType, Status], ["täst é 1.png", "image/png", "APPROVED"]);
  }
  const [item] = await page.evaluate(() => log("chat", "onMessage").filter((item) => item.Type === "ATTACHMENT"));
  return item.Attachments[0].AttachmentId;
}

async function read(page, attachmentId) {
  const got = await page.evaluate(async (id) => {
    const blob = await globalThis.call("chat", "downloadAttachment", { attachmentId: id });
    return { size: blob.size, type: blob.type, head: [...new Uint8Array(await blob.slice(0, 4).arrayBuffer())] };
  }, attachmentId);
  assert.deepEqual(got, { size: 100_000, type: "image/png", head: [0x89, 0x50, 0x4e, 0x47] });
}

// refuse: chatjs does not look at what became of the upload, so that the completion has to say it.
async function refuse(page) {
  const said = await page.evaluate(async () => {
    try {
      await globalThis.call("chat", "sendAttachment", { attachment: new File(["<svg onload=alert(1)>"], "a.png", { type: "image/png" }) });
      return "it was sent";
    } catch (error) {
      return JSON.stringify(error, Object.getOwnPropertyNames(error ?? {}));
    }
  });
  assert.match(said, /does not hold what its name says/);
}
