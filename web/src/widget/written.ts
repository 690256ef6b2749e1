// The lines of a conversation that its customer saves.
import { eventText } from "../chat/events";
import { momentOf, read, spoken, type Interactive } from "../chat/interactive";
import type { Line } from "../chat/log";
import { INTERACTIVE } from "../chat/wire";
import { moment, momentExact, text } from "../i18n";

/** One line of the file, as the customer saw it; undefined for what no person said or saw, and for what was not sent. */
export function written({ item, state }: Line): string | undefined {
  if (state === "failed" || state === "sending") return undefined;
  const event = eventText(item);
  const time = momentExact(new Date(item.AbsoluteTime));
  if (event) return `${time}  ${event}`;
  if (item.Type === "EVENT") return undefined;
  const said = item.Attachments?.[0]?.AttachmentName ?? words(item.ContentType ?? "", item.Content ?? "", state !== undefined);
  const who = state ? text.you : item.ParticipantRole === "SYSTEM" ? "" : (item.DisplayName ?? "");
  return said ? `${time}  ${who && `${who}: `}${said}` : undefined;
}

/** What was said: of an answer its words, of a question what there was to choose, too. */
function words(contentType: string, content: string, mine: boolean): string | undefined {
  const asked = contentType === INTERACTIVE ? read(content) : undefined;
  if (asked) return question(asked).filter(Boolean).join("\n    ");
  const said = mine ? spoken(contentType, content) : content;
  const at = mine && said ? momentOf(said) : undefined;
  return at ? moment(at) : said;
}

function question(asked: Interactive): string[] {
  if (asked.kind === "ViewResource") return [];
  const head = [asked.title, asked.subtitle];
  if (asked.kind === "Carousel") return [...head, ...asked.cards.flatMap(({ picker }) => question(picker))];
  if (asked.kind === "TimePicker") return [...head, asked.place, ...asked.slots.map(({ date, minutes }) => `- ${momentOf(date) ? text.slot(moment(new Date(date)), minutes) : date}`)];
  return [...head, ...asked.choices.filter(({ turn }) => !turn).map(({ title, subtitle, url }) => `- ${[title, subtitle, url].filter(Boolean).join(", ")}`)];
}
