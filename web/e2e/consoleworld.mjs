// What the tests of the console share.
import { enterAs, given } from "./world.mjs";

/** Signs the administrator in on the page that asks for it. */
export async function enter(page) {
  await enterAs(page, given.admin);
  await page.getByRole("navigation", { name: "Sections" }).waitFor();
}

/** Begins a flow; gives its id. */
export async function newFlow(page, name) {
  await page.getByRole("link", { name: "Flows" }).click();
  await page.getByRole("button", { name: "New flow" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.getByRole("heading", { name }).waitFor();
  return page.url().split("/").at(-1);
}
