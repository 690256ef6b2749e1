// How the workspace looks: nothing that axe objects to and nothing wider than its window, signing in and working, light and dark, on a telephone and on
// a desk; and what was code somewhere stays text in it.
import assert from "node:assert/strict";
import { allAway, furnish, given, participant, picture, run, signIn, until, violations } from "./world.mjs";

const looks = {
  "desk-light": { colorScheme: "light", viewport: { width: 1360, height: 800 } },
  "desk-dark": { colorScheme: "dark", viewport: { width: 1360, height: 800 } },
  "phone-light": { colorScheme: "light", viewport: { width: 360, height: 740 } },
  "phone-dark": { colorScheme: "dark", viewport: { width: 360, height: 740 } },
};

async function fits(page, name, within) {
  await picture(page, name);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than its window`);
  assert.deepEqual(await violations(page.mainFrame(), within), [], name);
}

await run(async (w) => {
  await furnish(w.call);
  await allAway(given.Ana, given.Bo, given.Mona);
  const bo = await signIn(given.Bo);
  const { statuses } = await bo("GET", "/api/agent");
  const desk = await w.desk(given.Mona, { look: looks["desk-light"] });
  const state = await desk.context().storageState();

  const pages = [];
  for (const [look, options] of Object.entries(looks)) {
    const blank = await w.visit(`${given.url}/agent`, options);
    await blank.getByLabel("User name").waitFor();
    await fits(blank, `signin-${look}`);
    await blank.context().close();
    const page = await w.visit(`${given.url}/agent`, { ...options, storageState: state });
    await page.getByLabel("Your status").waitFor();
    pages.push([look, page]);
  }
  const visitor = await w.visit(w.stranger.url);
  const { ParticipantToken } = await w.begin(visitor, "Ada");
  const customer = await participant(ParticipantToken);
  for (const [look, page] of pages.slice(1, 3)) { // an offer does not wait for more
    await page.getByRole("article", { name: "Ada waits for an answer" }).waitFor();
    await fits(page, `offer-${look}`);
  }
  await desk.getByRole("button", { name: "Accept" }).click();
  await customer.say("My parcel has not come yet, and it should have been here on Monday. Look: https://shop.example/parcels/77");
  await customer.say("averylongwordwithoutanyspaces".repeat(8));
  await desk.getByLabel("Your message").fill("I am sorry to hear that.");
  await desk.getByLabel("Your message").press("Enter");
  for (const [look, page] of pages) {
    const narrow = look.startsWith("phone");
    await page.getByRole("link", { name: /Ada/ }).click();
    await page.locator(".bubble", { hasText: "sorry to hear" }).waitFor();
    await fits(page, `talk-${look}`);
    if (narrow) await page.getByRole("button", { name: "Details", exact: true }).click();
    const whole = look === "desk-dark" || look === "phone-light"; // the others have the same colours and the same widths
    for (const tab of whole ? ["Guide", "About", "Notes", "History"] : ["About"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByRole("tabpanel", { name: tab }).waitFor();
      await until("it has come", async () => (await page.getByRole("tabpanel").locator(".wheel").count()) === 0);
      await fits(page, `${tab}-${look}`);
    }
    await page.getByRole("complementary").getByRole("button", { name: "Hide details" }).click();
    if (!whole) continue;
    await page.getByRole("button", { name: "Transfer or consult" }).click();
    await page.getByRole("button", { name: "Transfer: Second line" }).waitFor();
    await fits(page, `targets-${look}`);
    await page.keyboard.press("Escape");
    await page.getByLabel("Your message").fill("/");
    await page.getByRole("listbox", { name: "Quick responses" }).getByRole("option").first().waitFor();
    await fits(page, `quick-${look}`);
    await page.getByLabel("Your message").fill("");
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { name: "Sign out" }).waitFor();
    await fits(page, `palette-${look}`);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Alt+h");
    await fits(page, `shortcuts-${look}`);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Your account" }).click();
    await fits(page, `account-${look}`, ".below"); // it lies over a part of what is under it, until it closes
    await page.keyboard.press("Escape");
  }
  await desk.getByRole("button", { name: "End the chat" }).click();
  await desk.getByRole("dialog").getByRole("button", { name: "End the chat" }).click();
  for (const [look, page] of pages) {
    await page.getByRole("form", { name: "Work after the chat" }).waitFor();
    await fits(page, `work-${look}`);
  }
  await desk.getByLabel("What became of it").selectOption("Solved");
  await desk.getByRole("button", { name: "Save and finish" }).click();
  await board(w, bo, statuses, pages);
  assert.ok(visitor);
});

/** The live board, with somebody on it who has a chat; it is watched. */
async function board(w, bo, statuses, pages) {
  await furnish(w.call, { wait_seconds: 1 });
  const id = (name) => statuses.find((status) => status.name === name).id;
  const mona = await signIn(given.Mona);
  await mona("PUT", "/api/agent/status", { status_id: id("Offline") });
  const visitor = await w.visit(w.stranger.url);
  await w.begin(visitor, "Cleo");
  const other = await w.visit(w.stranger.url);
  await w.begin(other, "Dora");
  await bo("PUT", "/api/agent/status", { status_id: id("Available") });
  const offer = await until("a chat is offered", async () => (await bo("GET", "/api/agent")).contacts.find(({ state }) => state === "CONNECTING"));
  await bo("POST", `/api/agent/contacts/${offer.contact_id}/accept`, {});
  for (const [look, page] of pages) {
    if (look.startsWith("phone")) {
      assert.ok((await page.getByRole("banner").boundingBox()).height < 60, "the bar is one row");
      await page.getByRole("button", { name: /^Sections: Chats/ }).click();
      await fits(page, `sections-${look}`);
    }
    await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Live" }).click();
    await page.getByRole("heading", { name: "Live board" }).waitFor();
    await page.getByRole("button", { name: /Watch (Cleo|Dora) with Bo/ }).waitFor();
    await fits(page, `board-${look}`);
  }
  const [look, page] = pages[1];
  await page.getByRole("button", { name: /Watch (Cleo|Dora) with Bo/ }).click();
  await page.getByText("Nobody sees you.").waitFor();
  await fits(page, `watch-${look}`);
  await page.getByRole("complementary").getByRole("button", { name: "Reassign" }).click();
  await page.getByLabel("Give the chat to").waitFor();
  await fits(page, `reassign-${look}`);
}
