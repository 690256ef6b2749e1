import { expect, test } from "vitest";
import { aloud } from "./aloud";
import { INTERACTIVE, type Item } from "./wire";

const heard = (more: Partial<Item>) => aloud({ Id: "1", AbsoluteTime: "", Type: "MESSAGE", ParticipantRole: "AGENT", DisplayName: "Ann", ContentType: "text/plain", ...more });
const template = (templateType: string, content: object) => ({ ContentType: INTERACTIVE, Content: JSON.stringify({ templateType, data: { content } }) });

test("of what the chat itself says the words are heard, and no name", () => {
  expect(heard({ ParticipantRole: "SYSTEM", DisplayName: "SYSTEM_MESSAGE", Content: "Welcome" })).toBe("Welcome");
  expect(heard({ Content: "Hello" })).toBe("Ann: Hello");
});

test("of a question is heard what it asks, and what can be chosen", () => {
  const elements = [{ title: "Parcel" }, { title: "Invoice" }];
  for (const kind of ["ListPicker", "Panel", "QuickReply"]) expect(heard(template(kind, { title: "What is it about?", subtitle: "Choose one", elements }))).toBe("Ann: What is it about? Choose one. Parcel. Invoice.");
  expect(heard(template("TimePicker", { title: "When?", timeslots: [] }))).toBe("Ann: When?");
  expect(heard(template("Carousel", { title: "Boxes", elements: [{ templateType: "ListPicker", data: { content: { title: "Small" } } }] }))).toBe("Ann: Boxes. Small.");
});

test("of a form is heard its heading, or that it is one", () => {
  expect(heard({ ParticipantRole: "SYSTEM", ...template("ViewResource", { viewData: { Heading: "How was it?" } }) })).toBe("How was it?");
  expect(heard(template("ViewResource", { viewData: {} }))).toBe("Ann: A form to fill in");
});
