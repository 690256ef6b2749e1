// What the events of a chat say to who works on it.
import type { Line } from "../chat/log";
import { EVENT, type Item } from "../chat/wire";
import { words } from "../i18n/agent";

/** An event in words; undefined for one that says nothing to an agent. */
export function events(item: Item): string | undefined {
  if (item.Type !== "EVENT" || !item.ContentType?.startsWith(EVENT)) return undefined;
  const name = item.DisplayName ?? "";
  switch (item.ContentType.slice(EVENT.length)) {
    case "participant.joined":
      return name ? words.joined(name) : undefined;
    case "participant.left":
      return name ? words.left(name) : undefined;
    case "participant.invited":
      return words.invitedNow;
    case "transfer.succeeded":
      return words.passedOn;
    case "transfer.failed":
      return words.notPassedOn;
    case "chat.ended":
      return words.chatEnded;
  }
  return undefined;
}

/** Whether an item shows as a line at all. */
export const shows = (item: Item): boolean => item.Type !== "EVENT" || events(item) !== undefined;

/**
 * The keys of what supervisors whispered: what one says who has not joined is for agents only. Where the past is not all there
 * nothing is marked, since who joined in it is not known.
 */
export function whispers(lines: readonly Line[], older: boolean): ReadonlySet<string> {
  const found = new Set<string>();
  if (older) return found;
  const present = new Set<string>();
  for (const { key, item } of lines) {
    if (item.ParticipantRole !== "SUPERVISOR" || !item.ParticipantId) continue;
    if (item.ContentType === `${EVENT}participant.joined`) present.add(item.ParticipantId);
    else if (item.ContentType === `${EVENT}participant.left`) present.delete(item.ParticipantId);
    else if (item.Type === "MESSAGE" && !present.has(item.ParticipantId)) found.add(key);
  }
  return found;
}
