// The console in its looks: on a desk light and dark, on a telephone dark. axe objects to nothing, and nothing is wider than its window.
import assert from "node:assert/strict";
import { given, picture, run, violations } from "./world.mjs";
import { enter } from "./consoleworld.mjs";

const looks = {
  desk: { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: "dark", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
};

await run(async (w) => {
  const visitor = await w.visit(w.stranger.url);
  const { chat, ContactId } = await w.begin(visitor);
  await chat.getByLabel("Your message").fill("Where is my parcel?");
  await chat.getByLabel("Your message").press("Enter");
  await chat.locator(".bubble", { hasText: "parcel" }).waitFor();
  const chooser = visitor.waitForEvent("filechooser");
  await chat.getByRole("button", { name: "Attach a file" }).click();
  await (await chooser).setFiles({ name: "a-picture-of-a-parcel-with-a-long-name.txt", mimeType: "text/plain", buffer: Buffer.from("a parcel") });
  await chat.getByRole("button", { name: "Download a-picture" }).waitFor();
  const kinds = [];
  for (const [slug, operation, member] of [["queues", "ListQueues", "QueueSummaryList"], ["hours", "ListHoursOfOperations", "HoursOfOperationSummaryList"], ["users", "ListUsers", "UserSummaryList"], ["routing-profiles", "ListRoutingProfiles", "RoutingProfileSummaryList"], ["statuses", "ListAgentStatuses", "AgentStatusSummaryList"], ["security-profiles", "ListSecurityProfiles", "SecurityProfileSummaryList"]]) {
    kinds.push([slug, (await w.call("POST", `/api/connect/${operation}`, { queueTypes: ["STANDARD"] }))[member].at(-1).Id]);
  }
  kinds.push(["widgets", w.widget.split("/")[1]]);
  const response = await w.call("POST", "/api/quick-responses", { shortcut: "hello", title: "A greeting", content: "Hello {{Contact.CustomerName}}!" });
  kinds.push(["quick-responses", response.id]);
  const words = { Version: "2019-10-30", StartAction: "say", Settings: { InputParameters: [], OutputParameters: [], Transitions: [] }, Actions: [
    { Identifier: "say", Type: "MessageParticipant", Parameters: { Text: "Order $.Modules.Input" }, Transitions: { NextAction: "end", Errors: [{ NextAction: "end", ErrorType: "NoMatchingError" }] } },
    { Identifier: "end", Type: "EndFlowModuleExecution", Parameters: {}, Transitions: {} },
  ] };

  for (const [look, options] of Object.entries(looks)) {
    const page = await w.visit(`${given.url}/admin`, options);
    page.on("dialog", (one) => one.accept()); // forms ask before they are left
    const wrong = [];
    /** Looks at the page that is shown; on the desk in the dark, too, where only the colours differ. */
    const check = async (name) => {
      await page.waitForFunction(() => !document.querySelector(".wheel"));
      await picture(page, `console-${name}-${look}`);
      if (!(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))) wrong.push(`${name} is wider than its window`);
      for (const one of await violations(page.mainFrame())) wrong.push(`${name}: ${one}`);
      if (look !== "desk") return;
      await page.emulateMedia({ colorScheme: "dark" });
      await picture(page, `console-${name}-dark`);
      for (const one of await violations(page.mainFrame(), "html", ["color-contrast"])) wrong.push(`${name} in the dark: ${one}`);
      await page.emulateMedia({ colorScheme: "light" });
    };
    const open = async (path, ready) => {
      await page.goto(`${given.url}/admin#/${path}`);
      await ready.first().waitFor();
    };
    await page.getByLabel("User name").waitFor();
    await check("sign-in");
    await enter(page);
    await page.getByRole("heading", { name: "Queues" }).waitFor();
    await check("dashboard");
    await open("contacts", page.locator("td .row-link"));
    await check("contacts");
    await open(`contacts/${ContactId}`, page.locator(".message"));
    await check("contact");
    await page.getByRole("button", { name: "The whole story" }).click();
    await page.getByRole("list", { name: "Story" }).waitFor();
    await check("story");
    await open("flows", page.locator("td .row-link"));
    await check("flows");
    await open("setup/queues", page.locator("td .row-link"));
    await check("queues");
    for (const [slug, id] of kinds) {
      await open(`setup/${slug}/${id}`, page.locator("form.card"));
      await check(`${slug}-one`);
    }
    await open("setup/views/new", page.getByLabel("Template"));
    await page.getByLabel("Template").fill("{");
    await page.getByText("This is no JSON").waitFor();
    await check("view-wrong");
    await open("setup/overrides/new", page.getByLabel("First day"));
    await check("override");
    await open("setup/hierarchy", page.getByLabel("Level 1"));
    await check("hierarchy");
    if (options.isMobile) {
      await page.getByRole("button", { name: "Setup: Hierarchy" }).tap();
      await page.getByRole("link", { name: "Predefined attributes" }).waitFor();
      await check("setup-unfolded");
    }
    for (const slug of ["hierarchy", "prompts", "attributes"]) {
      await open(`setup/${slug}/new`, page.getByLabel("Name"));
      await check(`${slug}-new`);
    }
    await open("modules", page.getByText("There is no module yet.").or(page.locator("td .row-link")));
    await check("modules");
    const module = (await w.call("POST", "/api/connect/CreateContactFlowModule", { Name: `Words ${look}`, Content: JSON.stringify(words) })).Id;
    await open(`modules/${module}`, page.getByRole("group", { name: "Tools" }));
    await page.getByRole("button", { name: "Try it", exact: true }).click();
    await page.getByLabel("Input").fill("77");
    await check("module-try");
    await page.getByRole("button", { name: "Let the customer connect" }).click();
    await page.getByText("Order 77").waitFor();
    await check("module-tried");
    await open("setup/keys", page.getByText("no access key").or(page.locator("tbody tr")));
    await page.getByRole("button", { name: "New access key" }).click();
    await page.getByRole("dialog").getByLabel("StopContact", { exact: true }).check();
    await check("keys-new");
    await page.getByRole("button", { name: "Make the key" }).click();
    await page.getByRole("region", { name: "The new key" }).waitFor();
    await check("keys");
    await open("deliveries", page.getByText("it answered 400"));
    await check("deliveries");
    await page.getByRole("button", { name: "Replay to events/log" }).click();
    await page.getByRole("dialog").getByLabel("Until").waitFor();
    await check("replay");
    await page.keyboard.press("Escape");
    await open("data", page.getByLabel("Files"));
    await check("data");
    await page.getByLabel("Files").fill("30");
    await page.getByRole("button", { name: "Save the rules" }).click();
    await check("data-rules");
    await page.keyboard.press("Escape");
    await open(`data/${ContactId}`, page.locator("tbody tr"));
    await check("redact");
    await page.getByRole("button", { name: "Download everything" }).click();
    await page.getByText("Your browser saves it as it comes").waitFor();
    await check("held");
    await page.getByRole("button", { name: "Redact the file" }).click();
    await page.getByRole("dialog").getByLabel("Take away its name").waitFor();
    await check("redact-file");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Erase …" }).click();
    await page.getByRole("dialog").getByLabel("The id once more").waitFor();
    await check("erase");
    await page.keyboard.press("Escape");
    await open("audit", page.locator("tbody tr"));
    await check("audit");
    const nobody = "00000000-0000-0000-0000-000000000000";
    for (const path of [`setup/queues/${nobody}`, `flows/${nobody}`, `contacts/${nobody}`, "nonsense", "setup/nothing"]) {
      await open(path, page.locator("h1.title"));
      await check(`not-there-${path.split("/").slice(0, 2).join("-")}`);
    }
    await open(`flows/${given.flow}`, page.getByRole("group", { name: "Tools" }));
    await page.getByRole("button", { name: "Canvas", exact: true }).or(page.getByRole("button", { name: "Outline", exact: true })).first().waitFor();
    if (options.isMobile) await page.getByRole("button", { name: "Canvas", exact: true }).click();
    await page.locator(".block").first().waitFor();
    await check("editor");
    await page.locator(".block .face").first().click({ force: true });
    await page.getByRole("button", { name: "Delete the block" }).waitFor();
    await check("editor-block");
    for (const name of ["Checks", "Versions", "Live", "About"]) {
      await page.getByRole("button", { name, exact: name !== "Checks" }).click();
      await check(`editor-${name}`);
    }
    await page.getByRole("button", { name: "Try it", exact: true }).click();
    await page.getByRole("button", { name: "Let the customer connect" }).click();
    await page.getByRole("list", { name: "The conversation" }).waitFor();
    await check("editor-tried");
    await page.getByRole("button", { name: "Outline", exact: true }).click();
    await page.locator(".outline button").first().waitFor();
    await check("editor-outline");
    if (look === "desk") await everyBlock(page, wrong);
    assert.deepEqual(wrong, [], look);
    await page.context().close();
  }
});

/** Adds each block that there is, opens all of its form, and lets axe look at it with each choice of what it is about. */
async function everyBlock(page, wrong) {
  const beside = page.getByRole("group", { name: "What is shown beside the flow" });
  await beside.getByRole("button", { name: "Add", exact: true }).click();
  const names = await page.locator(".palette button:visible").allInnerTexts();
  assert.ok(names.length > 20, `only ${names.length} blocks are offered`);
  for (const name of names) {
    await beside.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name, exact: true }).first().click();
    await page.getByRole("button", { name: "Delete the block" }).waitFor();
    for (const more of await page.getByRole("button", { name: /^Add to|^Another one/ }).all()) await more.click();
    const what = page.getByLabel("What", { exact: true });
    const choices = (await what.count()) ? await what.first().locator("option").count() : 1;
    for (let at = 0; at < choices; at++) {
      if (choices > 1) await what.first().selectOption({ index: at });
      for (const one of await violations(page.mainFrame(), "aside")) wrong.push(`the form of ${name}: ${one}`);
    }
  }
}
