// The whole workspace in German, where words are longer: on a desk light, on a telephone dark. The console, which has no German, stays English
// as a whole.
import assert from "node:assert/strict";
import { allAway, enterAs, furnish, given, picture, run, violations } from "./world.mjs";

const looks = {
  desk: { colorScheme: "light", viewport: { width: 1360, height: 800 } },
  phone: { colorScheme: "dark", viewport: { width: 360, height: 740 } },
};

await run(async (w) => {
  await furnish(w.call);
  await allAway(given.Ana, given.Bo, given.Mona);
  const visitor = await w.visit(w.stranger.url);
  const { chat } = await w.begin(visitor, "Ada");
  for (const [look, options] of Object.entries(looks)) {
    const page = await w.visit(`${given.url}/agent`, { ...options, locale: "de-AT" });
    const fits = async (name) => {
      await picture(page, `german-${name}-${look}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than its window, ${look}`);
      assert.deepEqual(await violations(page.mainFrame()), [], `${name}, ${look}`);
    };
    await page.getByLabel("Benutzername").waitFor();
    await fits("sign-in");
    await enterAs(page, given.Mona, { username: "Benutzername", password: "Passwort", signIn: "Anmelden" });
    await page.getByLabel("Ihr Status").waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
    if (look === "desk") {
      await page.getByLabel("Ihr Status").selectOption({ label: "Available" }); // as the administrator calls it
      await page.getByRole("button", { name: "Annehmen" }).click();
      await chat.getByText("Mona has joined").waitFor();
    }
    await page.getByRole("link", { name: /Ada/ }).click();
    await page.getByText("Mona ist dazugekommen").waitFor();
    await fits("talk");
    await page.getByRole("button", { name: "Weitergeben oder hinzuziehen" }).click();
    await page.getByRole("button", { name: "Hinzuziehen: Second line" }).waitFor();
    await fits("targets");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Alt+h");
    await page.getByText("Chat nach seiner Nummer").waitFor();
    await fits("shortcuts");
    await page.keyboard.press("Escape");
    await page.goto(`${given.url}/agent#/live`);
    await page.getByRole("heading", { name: "Live-Übersicht" }).waitFor();
    await page.getByRole("region", { name: "Personen" }).getByText("Mona").first().waitFor();
    await fits("board");
    await page.goto(`${given.url}/admin`);
    await page.getByRole("navigation", { name: "Sections" }).or(page.getByText("your security profiles do not open this page")).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    await page.context().close();
  }
});
