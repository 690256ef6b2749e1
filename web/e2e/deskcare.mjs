// What the workspace must say of its own accord: that it cannot sound yet, that a missed chat shows nothing, which status one has while another follows.
import assert from "node:assert/strict";
import { allAway, furnish, given, run, until } from "./world.mjs";

await run(async (w) => {
  await furnish(w.call);
  await allAway(given.Ana, given.Bo, given.Mona);

  // after a reload nothing has been touched, and a browser lets nothing sound
  const page = await w.desk(given.Ana);
  const waits = page.getByText("Sound starts with your first click or key");
  assert.equal(await waits.count(), 0, "it was said although somebody had clicked");
  await page.reload();
  await waits.waitFor();
  await page.mouse.click(2, 2);
  await waits.waitFor({ state: "detached" });

  // a missed chat
  const visitor = await w.visit(w.stranger.url);
  await w.begin(visitor);
  await page.getByRole("button", { name: "Accept" }).waitFor();
  await page.getByRole("navigation", { name: "Your chats" }).getByRole("link", { name: /Ada/ }).click({ timeout: 60_000 }); // its time passes
  await page.getByText("This chat was missed").waitFor();
  if ((await page.getByRole("complementary", { name: "Details" }).count()) === 0) await page.getByRole("button", { name: "Details" }).click();
  await page.getByText("You did not take this chat").waitFor();
  assert.equal(await page.getByText("not found").count(), 0, "a missed chat says that it was not found");

  // a status that follows
  const bo = await w.desk(given.Bo);
  await bo.getByRole("button", { name: "Accept" }).click();
  await bo.getByLabel("Your message").waitFor();
  await bo.getByLabel("Your status").selectOption({ label: "Offline" });
  const status = bo.locator(".status");
  await until("the status that one has is said", async () => (await status.innerText()).includes("now Available"));
  await page.context().close();

  // the first page leads to the console
  const first = await w.visit(`${given.url}/`);
  assert.equal(await first.getByRole("link", { name: "Open the console" }).getAttribute("href"), "/admin");
});
