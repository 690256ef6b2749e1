// The corpus of what has been code somewhere: in names, messages, templates, files, forms and settings it stays text. Nothing runs,
// no address but those of the web can be opened, nothing is loaded from elsewhere.
import assert from "node:assert/strict";
import { agentOf, given, run, until } from "./world.mjs";

const interactive = "application/vnd.amazonaws.connect.message.interactive";
const evil = [
  `<img src=x onerror="globalThis.pwned=1">`,
  `<script>globalThis.pwned=1</script>`,
  `"><svg onload=globalThis.pwned=1>`,
  `<a href="javascript:globalThis.pwned=1">here</a>`,
  `[here](javascript:globalThis.pwned=1)`,
  `![x](https://elsewhere.example/pixel.png)`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `{{constructor.constructor('globalThis.pwned=1')()}}`,
  `<math><mtext><style><img src onerror=globalThis.pwned=1></style></mtext></math>`,
  `<style>@import "https://elsewhere.example/x.css"</style>`,
  `javascript:globalThis.pwned=1//https://ok.example/`,
  `\u202e<b>turned</b> \u0000`.replace("\u0000", ""),
  `https://ok.example/"onmouseover="globalThis.pwned=1`,
  `<form action="https://elsewhere.example/"><button>Go</button></form>`,
  `</textarea><img src=x onerror=globalThis.pwned=1>`,
];
const addresses = ["javascript:globalThis.pwned=1", "data:text/html,<script>globalThis.pwned=1</script>", " java\tscript:globalThis.pwned=1", "https://elsewhere.example/pixel.png", "//elsewhere.example/x"];

await run(async (w) => {
  const elsewhere = [];
  const watch = (page) => page.context().on("request", (request) => {
    if (!new URL(request.url()).hostname.match(/^(127\.0\.0\.1|)$/)) elsewhere.push(request.url());
  });

  // what an administrator sets
  const widget = w.widget.split("/")[1];
  await w.call("PATCH", `/api/widgets/${widget}`, { look: { title: evil[0].slice(0, 60), greeting: evil.join("\n").slice(0, 500), fields: evil.slice(0, 8).map((label, i) => ({ name: i ? `f${i}` : "DisplayName", label: label.slice(0, 100), type: "text" })) } });
  const page = await w.visit(w.stranger.url);
  watch(page);
  await page.getByRole("button", { name: "Chat with us" }).click();
  const chat = page.frameLocator("iframe");
  const inputs = chat.locator("form input");
  await inputs.first().waitFor();
  for (let i = 0; i < (await inputs.count()); i++) await inputs.nth(i).fill(evil[i]);
  await harmless(page);
  await chat.locator("form button[type=submit]").click();
  await until("the chat has started", () => page.contacts.length > 0);

  // what an agent says, in every form there is
  const agent = await agentOf(page.contacts[0].ContactId);
  for (const text of evil) for (const type of ["text/plain", "text/markdown"]) await agent.say(text, type);
  await agent.say(JSON.stringify({ selectionText: evil[0], html: evil[1] }), "application/json");
  for (const [i, text] of evil.entries()) {
    const url = i % 5 > 2 ? addresses[i % 5] : undefined;
    const picked = { title: text, subtitle: text, imageType: "URL", imageData: addresses[i % 5], imageDescription: text };
    const elements = [{ ...picked }, { title: "and", ...(url?.startsWith("http") && { type: "hyperlink", url }) }];
    for (const templateType of ["ListPicker", "Panel", "QuickReply"]) await agent.say(template(templateType, { ...picked, elements }), interactive);
    await agent.say(template("TimePicker", { ...picked, timeslots: [{ date: "2027-03-01T09:00+00:00", duration: 60 }], location: { latitude: 1, longitude: 1, title: text } }), interactive);
  }
  const card = { templateType: "Panel", templateIdentifier: "x", version: "1.0", data: { content: { title: evil[0], elements: [{ title: evil[1] }] } } };
  await agent.say(template("Carousel", { title: evil[2], elements: [card, { ...card, templateIdentifier: "y" }] }), interactive);

  // a file's name, and what the customer says
  const picker = page.waitForEvent("filechooser");
  await chat.getByRole("button", { name: "Attach a file" }).click();
  await (await picker).setFiles({ name: `<img src=x onerror=globalThis.pwned=1>.txt`, mimeType: "text/plain", buffer: Buffer.from("text") });
  for (const text of evil) {
    await chat.getByLabel("Your message").fill(text);
    await chat.getByLabel("Your message").press("Enter");
  }
  await agent.say("that was all");
  await chat.locator(".bubble", { hasText: "that was all" }).waitFor();
  for (const text of [evil[0], evil[4]]) assert.ok(await chat.locator(".bubble", { hasText: text }).count(), `not shown as it was said: ${text}`);
  await harmless(page);

  // the workspace shows the same, and what else is said of a customer: notes, attributes, quick responses
  for (const [i, content] of evil.entries()) await w.call("POST", "/api/quick-responses", { shortcut: `evil${i}`, title: content.slice(0, 40), content });
  const desk = await w.desk(given.ben, { available: false }, `#/chat/${page.contacts[0].ContactId}`);
  watch(desk);
  await desk.locator(".bubble", { hasText: "that was all" }).waitFor();
  for (const text of [evil[0], evil[4]]) assert.ok(await desk.locator(".bubble", { hasText: text }).count(), `the workspace does not show as it was said: ${text}`);
  await desk.getByRole("tab", { name: "About" }).click();
  await desk.getByRole("tabpanel").getByText(evil[1].slice(0, 20)).first().waitFor();
  await harmless(desk);
  await desk.getByRole("tab", { name: "Notes" }).click();
  for (const text of [evil[0], evil[6]]) {
    await desk.getByLabel("New note").fill(text);
    await desk.getByRole("button", { name: "Add the note" }).click();
    await desk.getByRole("tabpanel").getByText(text, { exact: true }).waitFor();
  }
  await desk.getByLabel("Your message").fill("/evil");
  await desk.getByRole("listbox", { name: "Quick responses" }).getByRole("option").first().waitFor();
  await harmless(desk);
  assert.deepEqual(elsewhere, []);
});

function template(templateType, content) {
  return JSON.stringify({ templateType, version: "1.0", data: { content } });
}

/** Nothing ran, and there is nothing in the documents that could. */
async function harmless(page) {
  for (const frame of page.frames()) {
    assert.equal(await frame.evaluate(() => globalThis.pwned), undefined);
    const odd = await frame.evaluate(() => [...document.querySelectorAll("#app *")].flatMap((element) => {
      const wrong = element.getAttributeNames().filter((name) => name.startsWith("on") || name === "srcdoc");
      if (element.matches("script, iframe, object, embed, style, base, link, img, math, form[action]")) wrong.push(element.localName);
      if (element.matches("a[href]:not([href^='#'])") && !(/^https?:$/.test(element.protocol) && element.rel.includes("noopener noreferrer"))) wrong.push(element.href);
      return wrong;
    }));
    assert.deepEqual(odd, []);
  }
}
