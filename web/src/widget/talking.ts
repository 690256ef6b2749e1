// What the widget needs once there is a chat. The form does without, so this comes after it.
import { asked, spoken } from "../chat/interactive";
import { INTERACTIVE, type Item } from "../chat/wire";
import { text } from "../i18n";

export { Chat } from "../chat/chat.svelte";
export { shows } from "../chat/events";
export { Answers } from "./answers.svelte";
export { default as Reading } from "./Reading.svelte";
export { save } from "./save";
export { default as Talk } from "./Talk.svelte";

/** A message as it is read aloud: whose it is, unless it is a flow's, and of an interactive one what it asks. */
export function aloud(item: Item): string {
  const said = item.ContentType === INTERACTIVE ? asked(item.Content ?? "") || text.choose : spoken(item.ContentType ?? "", item.Content ?? "");
  const words = item.Attachments?.[0]?.AttachmentName ?? said ?? "";
  const heard = words.startsWith("{") ? "" : words;
  return item.ParticipantRole === "SYSTEM" ? heard : `${text.says(item.DisplayName ?? "")} ${heard}`;
}
