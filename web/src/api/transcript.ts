// What was said in a contact, whether its chat goes on or not, as a chat shows it.
import type { Line } from "../chat/log";
import { parse } from "../chat/socket";
import type { Attachment, Item } from "../chat/wire";
import type { Api } from "./api";
import type { ReadItem } from "./openapi";

/** All that was said, oldest first. */
export async function transcript(api: Api, contact: string): Promise<Line[]> {
  const lines: Line[] = [];
  let after: number | undefined;
  do {
    const page = await api.ask("GET /api/history/{contact}/transcript", { path: { contact }, query: after ? { after: String(after) } : {} });
    for (const item of page.items) lines.push({ key: item.id, item: itemOf(item) });
    after = page.next;
  } while (after);
  return lines;
}

/** A file is told as the JSON of its attachment. */
function itemOf(read: ReadItem): Item {
  const file = read.type === "ATTACHMENT" ? parse<Attachment>(read.content ?? "") : undefined;
  return {
    Id: read.id, AbsoluteTime: read.at, Type: read.type as Item["Type"], ContentType: read.content_type, Content: file ? "" : (read.content ?? ""),
    ParticipantId: read.participant_id ?? "", ParticipantRole: (read.role ?? "SYSTEM") as NonNullable<Item["ParticipantRole"]>, DisplayName: read.display_name ?? "",
    ...(file && { Attachments: [file] }),
  };
}
