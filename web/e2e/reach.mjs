// A chat that does not come: the visitor is told in words, can close the window and try again, on a telephone too, and finds it closed
// on the next page. One that can come does.
import assert from "node:assert/strict";
import { picture, run, violations } from "./world.mjs";

await run(async (w) => {
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  const launcher = (page) => page.locator("parley-chat .launcher");
  const window = (page) => page.locator("parley-chat .window");
  const form = (page) => page.frameLocator("iframe").getByLabel("Your name");
  const words = (page) => page.getByRole("alert").getByText("The chat cannot be reached.");

  // one that comes: nothing is wrong in the site's console, and on a telephone the launcher makes room
  const good = await w.visit(w.stranger.url, phone);
  const errors = [];
  good.on("console", (message) => errors.push(message.text()));
  await launcher(good).click();
  await form(good).waitFor();
  await launcher(good).waitFor({ state: "hidden" });
  assert.deepEqual(errors, []);
  assert.equal(await good.evaluate(() => document.activeElement.localName), "parley-chat");
  await good.reload();
  await form(good).waitFor(); // remembered
  await good.context().close();

  // the server is away: each way out
  const page = await w.visit(w.stranger.url, phone);
  await launcher(page).waitFor();
  w.wire.cut();
  await launcher(page).click();
  await window(page).waitFor();
  await launcher(page).click(); // at once
  await window(page).waitFor({ state: "hidden" });
  await launcher(page).click();
  await page.keyboard.press("Escape");
  await window(page).waitFor({ state: "hidden" });
  await launcher(page).click();
  await words(page).waitFor();
  await picture(page, "reach-away");
  assert.deepEqual(await violations(page.mainFrame()), []);
  await page.getByRole("button", { name: "Close" }).click();
  await window(page).waitFor({ state: "hidden" });
  await launcher(page).click();
  await words(page).waitFor();

  // it is back: trying again, and opening again
  const other = await page.context().newPage(); // a tab of its own
  w.wire.mend();
  await other.goto(w.stranger.url);
  await launcher(other).waitFor();
  w.wire.cut();
  await launcher(other).click();
  await words(other).waitFor();
  w.wire.mend();
  await launcher(other).click();
  await launcher(other).click();
  await form(other).waitFor();
  assert.equal(await words(other).count(), 0);
  await page.bringToFront();
  await page.getByRole("button", { name: "Try again" }).click();
  await form(page).waitFor();
  await launcher(page).waitFor({ state: "hidden" });
  assert.equal(await words(page).count(), 0);

  // it was open, and does not come on the next page: on the one after that it is closed
  await page.route("**/frame*", (route) => route.abort("connectionrefused"));
  await page.reload();
  await words(page).waitFor();
  await page.reload();
  await launcher(page).waitFor();
  await window(page).waitFor({ state: "hidden" });
  await page.context().close();

  // a site that may not show it, a widget that there is not; in the visitor's language
  for (const [url, locale, sentence] of [
    [w.stranger.url.replace("127.0.0.1", "localhost"), "en-GB", "The chat cannot be reached."],
    [`${w.stranger.url}/unknown`, "en-GB", "The chat cannot be reached."],
  ]) {
    const refused = await w.visit(url, { ...phone, locale });
    await launcher(refused).click();
    await refused.getByRole("alert").getByText(sentence).waitFor();
    await launcher(refused).click();
    await window(refused).waitFor({ state: "hidden" });
    await refused.context().close();
  }
  const direct = await w.visit(w.frame.replace("/frame", "-gone/frame"));
  await direct.getByText("This chat is not there any more.").waitFor();

  // sites that embed only who agrees
  for (const path of ["require-corp", "credentialless"]) {
    const strict = await w.visit(`${w.stranger.url}/${path}`);
    const { chat } = await w.begin(strict);
    await chat.getByText("Thanks for getting in touch").waitFor();
    await strict.context().close();
  }

  // what is on a white button can be seen, and where colours are forced the window has an edge
  const pale = await w.visit(`${w.stranger.url}/pale`, { forcedColors: "none" });
  assert.equal(await launcher(pale).evaluate((element) => getComputedStyle(element).color), "rgb(0, 0, 0)");
  await pale.emulateMedia({ forcedColors: "active" });
  await launcher(pale).click();
  await form(pale).waitFor();
  await picture(pale, "reach-forced");
  assert.notEqual(await window(pale).evaluate((element) => getComputedStyle(element).outlineColor), "rgba(0, 0, 0, 0)");
});
