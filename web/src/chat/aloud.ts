// What is heard of a chat.
import { text } from "../i18n";
import { asked, spoken } from "./interactive";
import { INTERACTIVE, type Item } from "./wire";

/** A message as it is read aloud: whose it is, but for what the chat itself says, and its words. */
export function aloud(item: Item): string {
  const { Attachments, Content = "", ContentType = "" } = item;
  const words = Attachments?.[0]?.AttachmentName ?? (ContentType === INTERACTIVE ? asked(Content) || text.form : (spoken(ContentType, Content) ?? ""));
  return `${item.ParticipantRole === "SYSTEM" ? "" : text.says(item.DisplayName ?? "")} ${words.startsWith("{") ? "" : words}`.trim();
}
