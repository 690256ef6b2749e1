import { expect, test } from "vitest";
import { act, choose, momentOf, read, spoken, webUrl, type Picker } from "./interactive";
import { parts } from "./links";
import { layOut } from "./view";
import { RESPONSE } from "./wire";

test("what is no template is none, whatever it holds", () => {
  for (const text of ["", "no JSON", "null", "[]", "1", `{"templateType":"ListPicker2"}`, `{"templateType":"Form"}`]) expect(read(text)).toBeUndefined();
});

test("a template with nothing in it is shown as nothing, and throws nothing", () => {
  for (const kind of ["ListPicker", "Panel", "QuickReply", "TimePicker", "Carousel", "ViewResource"])
    for (const data of ["null", "[]", `{"content":null}`, `{"content":{"elements":[null,1,{"title":{}}],"timeslots":[null]}}`]) expect(read(`{"templateType":"${kind}","data":${data}}`)).toMatchObject({ kind });
});

test("only addresses of the web can be opened", () => {
  for (const bad of ["javascript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "blob:x", "file:///x", "//x", "x", 1, null]) expect(webUrl(bad)).toBeUndefined();
  expect(webUrl("https://shop.example/a?b")).toBe("https://shop.example/a?b");
});

test("turning a page is an answer of its own, which nobody says", () => {
  const picker = read(JSON.stringify({ templateType: "ListPicker", data: { content: { title: "t", listId: "l", preIndex: 1, nextIndex: 2, referenceId: "r", elements: [{ title: "more", actionDetail: "SHOW_MORE" }] } } })) as Picker;
  const { contentType, content } = choose(picker, picker.choices[0]!);
  expect([contentType, JSON.parse(content)]).toEqual([RESPONSE, { version: "1.0", action: "SHOW_MORE", data: { actionName: "SHOW_MORE", preIndex: 1, nextIndex: 2, listId: "l", templateType: "ListPicker", referenceId: "r" } }]);
  expect(spoken(contentType, content)).toBeUndefined();
  expect(spoken("text/plain", `{"selectionText":"Blue"}`)).toBe("Blue");
  expect(spoken("text/plain", `{"a":1}`)).toBe(`{"a":1}`);
});

test("of a view's answer what was filled in is said, never the name of its action", () => {
  const { contentType, content } = act("Next", { FormData: { rating: "5", why: "", town: "Rome" } });
  expect(spoken(contentType, content)).toBe("5, Rome");
  for (const data of [{}, { FormData: {} }, { FormData: null }]) expect(spoken(RESPONSE, act("Next", data).content)).toBeUndefined();
});

test("only the answer of a time picker is a moment", () => {
  expect(momentOf("2027-03-01T09:00+00:00")?.toISOString()).toBe("2027-03-01T09:00:00.000Z");
  for (const text of ["2027", "2027-03-01", "at 2027-03-01T09:00+00:00"]) expect(momentOf(text)).toBeUndefined();
});

test("a text is cut at addresses, and nothing of it is lost", () => {
  const text = "see https://a.example/x, (http://b.example) or javascript:x";
  expect(parts(text).map((part) => part.text).join("")).toBe(text);
  expect(parts(text).flatMap((part) => part.url ?? [])).toEqual(["https://a.example/x", "http://b.example/"]);
});

test("a view's parts take their texts from the data, its inputs from wherever they lie", () => {
  const Template = JSON.stringify({ Body: [{ Type: "Heading", Props: { Text: "$.Heading" } }, { Type: "Form", Props: { Sections: "$.Sections" } }, { Type: "Button", Props: { Label: "$.Next", Action: "Next" } }, { Type: "Button", Props: { Label: "$.Back", Action: "Back" } }] });
  const data = { Heading: "Your order", Next: { Label: "Go on" }, Sections: [{ Heading: "Where", Items: [{ Items: [{ Type: "FormInput", Name: "town", Label: "Town", Required: true, DefaultValue: "Rome" }] }] }] };
  expect(layOut({ Name: "Form", Content: { Template, InputSchema: "{}", Actions: ["Next", "Back"] } }, data)).toEqual({
    pieces: [
      { kind: "heading", text: "Your order" },
      { kind: "text", text: "Where" },
      { kind: "input", input: { name: "town", label: "Town", type: "text", options: [], required: true, value: "Rome" } },
    ],
    actions: [{ action: "Next", label: "Go on" }],
  });
});
