// The pages in each of their looks: light and dark, on a telephone and on a desk, magnified, from the right. axe objects to nothing, and
// nothing is wider than its window.
import assert from "node:assert/strict";
import { agentOf, given, picture, run, until, violations } from "./world.mjs";

const looks = {
  "light-desk": { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  "dark-desk": { colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  "light-phone": { colorScheme: "light", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  "dark-phone": { colorScheme: "dark", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  "narrow": { colorScheme: "light", viewport: { width: 320, height: 568 }, reducedMotion: "reduce" },
  "magnified": { colorScheme: "light", viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }, // 1280 × 800 at 200 %
};

async function fits(frame, name) {
  assert.ok(await frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than its window`);
  assert.deepEqual(await violations(frame), [], name);
}

await run(async (w) => {
  for (const [look, options] of Object.entries(looks)) {
    const first = await w.visit(given.url, options);
    await first.getByRole("heading", { name: "Parley is running" }).waitFor();
    await picture(first, `first-${look}`);
    await fits(first.mainFrame(), `the first visit, ${look}`);
    await first.context().close();

    const nowhere = await w.visit(`${given.url}/nothing-here`, options);
    await nowhere.getByRole("heading", { name: "There is nothing here" }).waitFor();
    await picture(nowhere, `nowhere-${look}`);
    await fits(nowhere.mainFrame(), `where nothing is, ${look}`);
    await nowhere.context().close();

    const demo = await w.visit(`${given.url}/demo`, options);
    await demo.getByRole("button", { name: "Chat with us" }).waitFor();
    await fits(demo.mainFrame(), `the demo, ${look}`);
    await demo.context().close();

    const page = await w.visit(w.stranger.url, options);
    await page.getByRole("button", { name: "Chat with us" }).click();
    await page.frameLocator("iframe").getByLabel("Your name").waitFor();
    await picture(page, `form-${look}`);
    await fits(page.frames()[1], `the form, ${look}`);
    await page.frameLocator("iframe").getByLabel("Your name").fill("Ada");
    await page.frameLocator("iframe").getByRole("button", { name: "Start the chat" }).click();
    await until("the chat has started", () => page.contacts.length > 0);
    const chat = page.frameLocator("iframe");
    const agent = await agentOf(page.contacts[0].ContactId);
    await agent.say("Good morning! How can I help you? There is more on https://help.example/parcels, if you like to read.");
    await chat.getByLabel("Your message").fill("My parcel has not come yet, and it should have been here on Monday.");
    await chat.getByLabel("Your message").press("Enter");
    await agent.say("averylongwordwithoutanyspaces".repeat(8));
    await chat.locator(".bubble", { hasText: "averylongword" }).waitFor();
    await chat.locator(".bubble", { hasText: "My parcel" }).waitFor();
    await picture(page, `talk-${look}`);
    await fits(page.frames()[1], `the chat, ${look}`);
    await chat.getByRole("button", { name: "More" }).click();
    await fits(page.frames()[1], `the menu, ${look}`);
    await chat.getByRole("button", { name: "More" }).click();
    await agent.leave();
    await chat.getByRole("button", { name: "Start a new chat" }).waitFor();
    await picture(page, `ended-${look}`);
    await fits(page.frames()[1], `the end, ${look}`);
    await page.context().close();
  }

  // in other languages: as the site says, as its page says, and as the browser does; Arabic from the right
  const german = await w.visit(`${given.url}/demo?widget=${w.widget}&lang=de-AT`, looks["dark-phone"]);
  await german.getByRole("button", { name: "Chatten Sie mit uns" }).click();
  const form = german.frameLocator("iframe");
  await form.locator("html[lang=de]").waitFor();
  await form.getByLabel("Your name").fill("Ada"); // what the widget asks is in the words of who made it
  await form.getByRole("button", { name: "Chat beginnen" }).click();
  await until("the chat has started", () => german.contacts.length > 0);
  const agent = await agentOf(german.contacts[0].ContactId);
  await form.getByText("Ben ist jetzt im Chat").waitFor();
  await form.getByLabel("Ihre Nachricht").fill("Guten Tag");
  await form.getByRole("button", { name: "Senden" }).click();
  await agent.say("Guten Tag!");
  await form.locator(".bubble", { hasText: "Guten Tag!" }).waitFor();
  await picture(german, "talk-german");
  await fits(german.frames()[1], "in German");

  // what can never be sent is refused in the page's words, and not offered to be sent again
  await form.getByLabel("Ihre Nachricht").fill("ä".repeat(17_000));
  await form.getByRole("button", { name: "Senden", exact: true }).click();
  await form.getByText("Diese Nachricht ist zu lang: höchstens 16384 Zeichen").waitFor();
  const files = form.locator("input[type=file]");
  await files.setInputFiles({ name: "leer.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) });
  await form.getByText("Diese Datei ist leer.").waitFor();
  await files.setInputFiles({ name: "evil.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") });
  await form.getByText("Dateien dieser Art können hier nicht gesendet werden.").waitFor();
  await files.setInputFiles({ name: "gross.txt", mimeType: "text/plain", buffer: Buffer.alloc(20 * 2 ** 20 + 1, "a") });
  await form.getByText("Diese Datei ist zu groß: höchstens 20 MB").waitFor();
  assert.equal(await form.getByRole("button", { name: "Noch einmal senden" }).count(), 0);
  await picture(german, "refused-german");
  await fits(german.frames()[1], "refused, in German");
  await german.context().close();

  for (const [language, start] of Object.entries({ fr: "Démarrer le chat", es: "Iniciar el chat" })) {
    const page = await w.visit(w.frame, { locale: language });
    await page.getByRole("button", { name: start }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), language);
    await picture(page, `form-${language}`);
    await fits(page.mainFrame(), language);
    await page.context().close();
  }

  const right = await w.visit(`${w.frame}#lang=xx&lang=ar-EG`, { viewport: { width: 400, height: 700 } });
  await right.locator("form.form").waitFor();
  assert.deepEqual(await right.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ["ar", "rtl"]);
  await picture(right, "form-rtl");
  await fits(right.mainFrame(), "from the right");
  await right.getByLabel("Your name").fill("Ada");
  await right.getByRole("button", { name: "بدء المحادثة" }).click();
  await until("the chat has started", () => right.contacts.length > 0);
  const answering = await agentOf(right.contacts[0].ContactId);
  await right.getByLabel("رسالتك").fill("مرحبًا، أين طردي؟");
  await right.getByLabel("رسالتك").press("Enter");
  await answering.say("صباح الخير!");
  await answering.say("and left to right");
  await right.locator(".bubble", { hasText: "left to right" }).waitFor();
  await picture(right, "talk-rtl");
  await fits(right.mainFrame(), "a chat from the right");
});
