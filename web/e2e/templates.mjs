// Every interactive message is shown, answered by the keyboard alone as the official widget would answer, and closed by the answer.
import assert from "node:assert/strict";
import { agentOf, picture, run, until, violations } from "./world.mjs";

const interactive = "application/vnd.amazonaws.connect.message.interactive";
const template = (templateType, content) => JSON.stringify({ templateType, version: "1.0", data: { content } });
const list = (title, ...elements) => ({ templateType: "ListPicker", templateIdentifier: title, version: "1.0", data: { content: { title, elements: elements.map((title) => ({ title })) } } });

const cases = [
  {
    name: "list", message: template("ListPicker", { title: "What is it about?", subtitle: "Choose one", imageType: "URL", imageData: "https://elsewhere.example/a.png", imageDescription: "A parcel",
      elements: [{ title: "Parcel", subtitle: "Where it is" }, { title: "Invoice" }, { title: "Help pages", type: "hyperlink", url: "https://help.example/" }] }),
    press: "Invoice", answer: "Invoice",
  },
  { name: "panel", message: template("Panel", { title: "How was it?", elements: [{ title: "Good" }, { title: "Bad" }] }), press: "Bad", answer: "Bad" },
  { name: "quick", message: template("QuickReply", { title: "Shall we go on?", elements: [{ title: "Yes" }, { title: "No" }] }), press: "Yes", answer: "Yes" },
  {
    name: "time", message: template("TimePicker", { title: "When shall we come?", subtitle: "We need an hour", location: { latitude: 1, longitude: 2, title: "Your door" },
      timeslots: [{ date: "2027-03-01T09:00+00:00", duration: 3600 }, { date: "2027-03-01T11:00+00:00", duration: 3600 }] }),
    press: /Mon.*11:00/, answer: "2027-03-01T11:00+00:00", shown: "Mon 1 Mar, 11:00",
  },
  {
    name: "carousel", message: template("Carousel", { title: "Our boxes", elements: [list("Small", "Small, blue", "Small, red"), list("Large", "Large, blue", "Large, red")] }),
    press: "Large, red", answer: JSON.stringify({ templateIdentifier: "Large", listTitle: "Large", selectionText: "Large, red" }), shown: "Large, red",
  },
  {
    name: "turn", message: template("ListPicker", { title: "Many things", listId: "l1", referenceId: "r1", preIndex: -1, nextIndex: 1, elements: [{ title: "One" }, { title: "More …", actionDetail: "SHOW_MORE" }] }),
    press: "More …", answer: JSON.stringify({ version: "1.0", data: { actionName: "SHOW_MORE", preIndex: -1, nextIndex: 1, listId: "l1", templateType: "ListPicker", referenceId: "r1" }, action: "SHOW_MORE" }), shown: null,
  },
];

await run(async (w) => {
  const page = await w.visit(w.stranger.url);
  const { chat, ContactId } = await w.begin(page);
  const agent = await agentOf(ContactId);
  await chat.getByLabel("Your message").waitFor();
  await chat.getByText("Connecting …").waitFor({ state: "detached" }); // what is read afterwards is not heard
  for (const { name, message, press, answer, shown = answer } of cases) {
    await agent.say(message, interactive);
    const button = chat.getByRole("button", { name: press }).last();
    await button.waitFor();
    const { title } = JSON.parse(message).data.content;
    await until(`it is heard: ${name}`, async () => (await chat.locator("p.unseen[aria-live]").textContent()).includes(title));
    assert.equal(await chat.getByRole("button", { name: "To the newest message" }).count(), 0, `the list has left its end: ${name}`);
    await picture(page, `template-${name}`);
    assert.deepEqual(await violations(page.frames()[1]), [], name);
    // from the composer backwards
    await chat.getByLabel("Your message").focus();
    await until(`the keyboard reaches it: ${name}`, async () => {
      await chat.locator(":focus").press("Shift+Tab");
      return button.evaluate((element) => element === document.activeElement);
    });
    await chat.locator(":focus").press("Enter");
    await until(`the answer: ${name}`, async () => (await agent.transcript()).some((item) => item.ParticipantRole === "CUSTOMER" && item.Content === answer));
    if (shown) await chat.locator(".mine .bubble", { hasText: shown }).first().waitFor();
    else assert.equal(await chat.locator(".mine .bubble", { hasText: "SHOW_MORE" }).count(), 0);
    await until(`it is closed: ${name}`, () => button.isDisabled());
  }
  assert.equal(await chat.getByRole("link", { name: /Help pages/ }).getAttribute("rel"), "noopener noreferrer nofollow");
});
