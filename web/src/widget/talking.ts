// What the widget needs once there is a chat. The form does without, so this comes after it.
import { spoken } from "../chat/interactive";
import type { Item } from "../chat/wire";
import { text } from "../i18n";

export { Chat } from "../chat/chat.svelte";
export { shows } from "../chat/events";
export { Answers } from "./answers.svelte";
export { default as Reading } from "./Reading.svelte";
export { save } from "./save";
export { default as Talk } from "./Talk.svelte";

/** A message as it is read aloud; of what is no text nobody hears more than whose it is. */
export function aloud(item: Item): string {
  const words = item.Attachments?.[0]?.AttachmentName ?? spoken(item.ContentType ?? "", item.Content ?? "") ?? "";
  return `${text.says(item.DisplayName ?? "")} ${words.startsWith("{") ? "" : words}`;
}
