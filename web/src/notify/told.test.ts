import { expect, test } from "vitest";
import { told } from "./told";

const words = { title: "Shop support", message: "Eine neue Nachricht", lang: "de" };
const message = { InitialContactId: "c", DisplayName: "Ben", Content: " Your order\nis here. ", Page: "https://shop.example/" };

test("a message is shown with who said it, and in the place of the one before", () => {
  expect(told(JSON.stringify(message), words)).toEqual({
    title: "Ben · Shop support", body: "Your order\nis here.", tag: "parley:c", renotify: true, lang: "de", data: { page: "https://shop.example/" },
  });
});

test("what has no text is a new message, in the customer's language", () => {
  const { body, title } = told(JSON.stringify({ ...message, Content: "", DisplayName: "" }), words);
  expect([body, title]).toEqual(["Eine neue Nachricht", "Shop support"]);
});

test("of a long text the beginning is shown, and no letter in half", () => {
  const { body } = told(JSON.stringify({ ...message, Content: "😀".repeat(300) }), words);
  expect(body).toBe(`${"😀".repeat(199)}…`);
});

test("a message that is none is one all the same", () => {
  for (const payload of ["", "{", "null", "7", '"text"', "[]", '{"Content": {"a": 1}, "DisplayName": 7, "Page": ["x"]}']) {
    const { title, body, data, tag } = told(payload, {});
    expect([title, body, data.page, tag], payload).toEqual(["A new message", "A new message", "", "parley:"]);
  }
});

test("only a page of the web is led to", () => {
  for (const Page of ["javascript:alert(1)", "data:text/html,x", "/path", "file:///etc/passwd"]) expect(told(JSON.stringify({ ...message, Page }), words).data.page).toBe("");
});
