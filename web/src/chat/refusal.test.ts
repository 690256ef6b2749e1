import { expect, test } from "vitest";
import { text } from "../i18n";
import { ofFile, ofText } from "./refusal";
import { Refused } from "./wire";

const refused = (message: string, status = 400, kind = "ValidationException") => new Refused(status, kind, message);
const file = (size: number) => ({ size }) as File;

test("what is refused for good is said in the page's words, with the server's limits", () => {
  expect(ofText(refused("Content must have at most 3 characters, got 4"), "ﷺ𝒽ät")).toEqual({ why: text.refused.tooLong(3), hopeless: true });
  expect(ofText(refused("Content must have at most 16384 characters"), "short")).toEqual({ why: text.refused.text, hopeless: true });
  expect(ofFile(refused("AttachmentSizeInBytes must be at least 1, got 0"), file(0)).why).toBe(text.refused.empty);
  expect(ofFile(refused("The file is too large: at most 20971520 bytes can be attached"), file(20971521)).why).toBe(text.refused.tooLarge("20 MB"));
  expect(ofFile(refused("Files of this type cannot be attached here. Allowed are .pdf, .png"), file(1)).why).toBe(text.refused.type(".pdf, .png"));
  expect(ofFile(refused("At most 35 files can be attached to a chat", 402, "ServiceQuotaExceededException"), file(1)).why).toBe(text.refused.tooMany(35));
  expect(ofFile(refused("AttachmentName: no"), file(1)).why).toBe(text.refused.file);
});

test("what passes is not explained, and may be sent again", () => {
  for (const cause of [refused("", 429, "ThrottlingException"), refused("", 500), refused("", 0), refused("", 403), new TypeError()]) {
    expect(ofText(cause, "text")).toEqual({});
    expect(ofFile(cause, file(1))).toEqual({});
  }
});
