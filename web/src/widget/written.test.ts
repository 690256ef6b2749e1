import { expect, test } from "vitest";
import type { Line, State } from "../chat/log";
import { INTERACTIVE, type Item } from "../chat/wire";
import { written } from "./written";

const line = (more: Partial<Item>, state?: State): Line => ({ key: "k", item: { Id: "1", AbsoluteTime: "2027-03-01T09:00:00.000Z", Type: "MESSAGE", ContentType: "text/plain", ...more } as Item, ...(state && { state }) });

test("what was not sent is not in the file", () => {
  expect(written(line({ Content: "lost" }, "failed"))).toBeUndefined();
  expect(written(line({ Content: "on its way" }, "sending"))).toBeUndefined();
  expect(written(line({ Content: "said" }, "sent"))).toMatch(/  You: said$/);
});

test("times are those of the reader's clock", () => {
  const local = new Date("2027-03-01T09:00:00.000Z");
  expect(written(line({ Content: "said" }, "sent"))).toContain(local.toLocaleTimeString("en", { timeStyle: "medium" }));
});

test("a flow has no name, an agent has", () => {
  expect(written(line({ Content: "Hello", ParticipantRole: "SYSTEM", DisplayName: "SYSTEM_MESSAGE" }))).toMatch(/[0-9M]  Hello$/);
  expect(written(line({ Content: "Hello", ParticipantRole: "AGENT", DisplayName: "Ben" }))).toMatch(/  Ben: Hello$/);
});

test("of a question the file has what there was to choose, and of a chosen time what was seen", () => {
  const Content = JSON.stringify({ templateType: "ListPicker", data: { content: { title: "What is it about?", elements: [{ title: "Parcel", subtitle: "Where it is" }, { title: "Invoice" }] } } });
  expect(written(line({ ContentType: INTERACTIVE, Content, ParticipantRole: "SYSTEM" }))).toMatch(/  What is it about\?\n    - Parcel, Where it is\n    - Invoice$/);
  expect(written(line({ Content: "2027-03-01T11:00+00:00" }, "read"))).toMatch(/You: Mon,? /);
});
