import { expect, test, vi } from "vitest";
import type { Item } from "../chat/wire";
import { INTERACTIVE } from "../chat/wire";

for (const part of ["../chat/chat.svelte", "./answers.svelte", "./save", "./Reading.svelte", "./Talk.svelte"]) vi.doMock(part, () => ({ default: {}, Chat: {}, Answers: {}, save: {} }));
const { aloud } = await import("./talking");

const item = (more: Partial<Item>): Item => ({ Id: "1", AbsoluteTime: "2027-01-01T00:00:00Z", Type: "MESSAGE", ParticipantRole: "AGENT", DisplayName: "Eve", ContentType: "text/plain", Content: "Hello", ...more });
const asks = (templateType: string, content: object): string => aloud(item({ ContentType: INTERACTIVE, Content: JSON.stringify({ templateType, data: { content } }) }));

test("what a flow says is read without the name of a participant", () => {
  expect(aloud(item({}))).toBe("Eve: Hello");
  expect(aloud(item({ ParticipantRole: "SYSTEM", DisplayName: "SYSTEM_MESSAGE", Content: "Welcome" }))).toBe("Welcome");
});

test("of what can be chosen or filled in, what it asks is read", () => {
  expect(asks("ListPicker", { title: "Which one?", elements: [{ title: "Red" }] })).toBe("Eve: Which one?");
  expect(asks("QuickReply", { elements: [{ title: "Yes" }, { title: "No" }] })).toBe("Eve: Yes, No");
  expect(asks("TimePicker", { title: "When?", timeslots: [] })).toBe("Eve: When?");
  expect(asks("ViewResource", { viewToken: "t", viewData: JSON.stringify({ Heading: "How was it?" }) })).toBe("Eve: How was it?");
  expect(asks("ViewResource", {})).toBe("Eve: Choose");
});
