// What a customer writes before it is sent: agents see it where the widget says so, and only there; the customer is told.
import assert from "node:assert/strict";
import { allAway, furnish, given, picture, run, until, violations } from "./world.mjs";

const said = (page, text) => page.locator(".bubble", { hasText: text }).first().waitFor();
const written = (page) => page.getByRole("region", { name: "Being written, not sent yet" });
const gone = (page) => written(page).waitFor({ state: "detached" });
const TOLD = "Our agents can see what you write before you send it.";

async function looks(page, frame, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await picture(page, `${name}-${colorScheme}`);
    assert.deepEqual(await violations(frame), [], `${name} ${colorScheme}`);
  }
}

await run(async (w) => {
  await furnish(w.call);
  await allAway(given.Ana, given.Bo, given.Mona);
  const ana = await w.desk(given.Ana);
  const small = await w.visit(`${given.url}/agent`, { viewport: { width: 360, height: 740 }, storageState: await ana.context().storageState() });
  const visitor = await w.visit(w.stranger.url, { viewport: { width: 360, height: 740 } });
  const told = [];
  visitor.on("request", (request) => request.url().endsWith("/typing") && told.push(request.postData()));
  const { chat } = await w.begin(visitor, "Ada");
  const box = chat.getByLabel("Your message");
  await ana.getByRole("button", { name: "Accept" }).click();
  await chat.getByText("Ana has joined").waitFor();

  await said(ana, "Welcome, somebody comes soon.");

  // a widget that says nothing of it does not do it
  await box.pressSequentially("canary, which nobody asked for");
  await ana.getByText("Ada is writing").waitFor();
  await box.fill("");
  await box.fill("An order of mine is late.");
  await box.press("Enter");
  await said(ana, "An order of mine is late.");
  assert.deepEqual(told, []);
  assert.equal(await written(ana).count(), 0);
  assert.equal(await chat.getByText(TOLD).count(), 0);

  // one that does tells the customer; the agent and who watches see it
  const [instance, widget] = w.widget.split("/");
  assert.ok(instance);
  await w.call("PATCH", `/api/widgets/${widget}`, { typing_preview: true });
  await visitor.reload();
  await chat.getByText(TOLD).waitFor();
  await said(chat, "An order of mine is late.");
  const mona = await w.desk(given.Mona, { available: false }, "#/live");
  await mona.getByRole("button", { name: "Watch Ada with Ana" }).click();
  await said(mona, "An order of mine is late.");
  await small.getByRole("link", { name: /Ada/ }).click();
  await said(small, "An order of mine is late.");
  await box.pressSequentially("My canary has not come, and I");
  for (const page of [ana, small, mona]) await written(page).getByText("My canary has not come, and I", { exact: true }).waitFor();
  await looks(ana, ana.mainFrame(), "preview-desk");
  await looks(small, small.mainFrame(), "preview-phone");
  await looks(mona, mona.mainFrame(), "preview-watched");
  await looks(visitor, visitor.frames().at(-1), "preview-widget");

  // it goes when nothing is written any more, and when it is sent, which then is said once
  await box.fill("");
  for (const page of [ana, small, mona]) await gone(page);
  await box.pressSequentially("It is number 77.");
  await written(ana).getByText("It is number 77.").waitFor();
  await box.press("Enter");
  await said(ana, "It is number 77.");
  for (const page of [ana, mona]) await gone(page);
  assert.equal(await ana.locator(".bubble", { hasText: "It is number 77." }).count(), 1);

  // of a long text the end is seen, not the whole, and nothing of it is code
  await box.fill(`${"a canary's feather, ".repeat(80)}<img src=x onerror=alert(1)> the end`);
  await written(ana).getByText("the end").waitFor();
  assert.ok((await written(ana).boundingBox()).height < 200);
  assert.equal(await written(ana).locator("img").count(), 0);
  await picture(ana, "preview-long");
  const [last] = told.slice(-1).map((body) => JSON.parse(body).text);
  assert.equal([...last].length, 1024);

  // what is written while the line is down is shown once it is back; the setting, taken back, holds at once
  w.wire.cut();
  await chat.getByText("The connection is lost").waitFor();
  await box.fill("canary in the dark");
  w.wire.mend();
  await written(ana).getByText("canary in the dark").waitFor();
  await w.call("PATCH", `/api/widgets/${widget}`, { typing_preview: false });
  await box.fill("canary that comes too late");
  await until("it was refused", () => told.at(-1)?.includes("too late"));
  await box.fill("canary after that");
  await ana.getByLabel("Your message").fill("I see.");
  await ana.getByLabel("Your message").press("Enter");
  await said(chat, "I see.");
  assert.equal(await written(ana).getByText(/too late|after that/).count(), 0);
});
