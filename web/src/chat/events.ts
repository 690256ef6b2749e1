// What the events of a chat say to people.
import { text } from "../i18n";
import { EVENT, type Item } from "./wire";

/** An event in words; undefined for one that a customer need not see. */
export function eventText(item: Item): string | undefined {
  if (item.Type !== "EVENT" || !item.ContentType?.startsWith(EVENT)) return undefined;
  const name = item.DisplayName ?? "";
  const agent = item.ParticipantRole === "AGENT" || item.ParticipantRole === "SUPERVISOR";
  switch (item.ContentType.slice(EVENT.length)) {
    case "participant.joined":
      return agent ? text.joined(name) : undefined;
    case "participant.left":
      return agent ? text.left(name) : undefined;
    case "transfer.succeeded":
      return text.transferred;
    case "chat.ended":
      return text.ended;
  }
  return undefined;
}

/** Whether an item shows as a line at all. */
export function shows(item: Item): boolean {
  return item.Type !== "EVENT" || eventText(item) !== undefined;
}
