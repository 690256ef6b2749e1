// Interactive messages: reading their JSON, of which nothing can be relied on, and making the answers that the official widget would send.
import { parse } from "./socket";
import { RESPONSE } from "./wire";

export interface Choice {
  title: string;
  subtitle: string;
  image: Image | undefined;
  url: string | undefined; // a link, instead of an answer
  turn: string | undefined; // turns pages instead: SHOW_MORE or PREVIOUS_OPTIONS
}

export interface Image {
  url: string;
  description: string;
}

interface Head {
  title: string;
  subtitle: string;
  image: Image | undefined;
}

export interface Picker extends Head {
  kind: "ListPicker" | "Panel" | "QuickReply";
  choices: Choice[];
  content: Json; // what turning pages repeats
}

export interface TimePicker extends Head {
  kind: "TimePicker";
  slots: { date: string; minutes: number }[];
  place: string;
}

export interface Carousel extends Head {
  kind: "Carousel";
  cards: { id: string; picker: Picker }[];
}

export interface ViewResource {
  kind: "ViewResource";
  token: string;
  data: Json;
}

export type Interactive = Picker | TimePicker | Carousel | ViewResource;

export type Json = { [name: string]: unknown };

/** What is said by choosing something. */
export interface Answer {
  contentType: string;
  content: string;
}

/** Reads a message; undefined where it is no template that a widget shows. */
export function read(content: string): Interactive | undefined {
  return template(parse(content));
}

/** The answer to a choice of a list, a panel or quick replies. */
export function choose(picker: Picker, choice: Choice): Answer {
  if (!choice.turn) return { contentType: "text/plain", content: choice.title };
  const { preIndex, nextIndex, listId, referenceId } = picker.content;
  const data = { actionName: choice.turn, preIndex, nextIndex, listId, templateType: picker.kind, referenceId };
  return { contentType: RESPONSE, content: JSON.stringify({ version: "1.0", data, action: choice.turn }) };
}

/** The answer to a choice of a card of a carousel. */
export function chooseOf(card: Carousel["cards"][number], choice: Choice): Answer {
  return { contentType: "text/plain", content: JSON.stringify({ templateIdentifier: card.id, listTitle: card.picker.title, selectionText: choice.title }) };
}

/** The answer to a view: which of its actions, and what was filled in. */
export function act(action: string, data: Json): Answer {
  return { contentType: RESPONSE, content: JSON.stringify({ action, data, templateType: "ViewResource", version: "1.0" }) };
}

/** What an answer says to people: undefined for what they did not say themselves, as turning a page. */
export function spoken(contentType: string, content: string): string | undefined {
  const said = parse<Json>(content);
  if (contentType === RESPONSE) return /^(SHOW_MORE|PREVIOUS_OPTIONS)$/.test(str(said?.action)) ? undefined : str(said?.action);
  return said && typeof said === "object" && str(said.selectionText) ? str(said.selectionText) : content;
}

/** What a message asks, to be heard: its title and what can be chosen; nothing where it is no template that a widget shows, or has no words. */
export function asked(content: string): string {
  const message = read(content);
  if (!message) return "";
  const words = message.kind === "ViewResource" ? [str(message.data.Heading), str(message.data.SubHeading)] : [message.title, message.subtitle];
  if ("choices" in message) words.push(...message.choices.map(({ title }) => title));
  if ("cards" in message) words.push(...message.cards.map(({ picker }) => picker.title));
  return words
    .filter(Boolean)
    .map((part) => (/[.,:;!?…؟،]$/.test(part) ? part : `${part}.`))
    .join(" ");
}

/** The moment that a text names in the form of a time picker's answer. */
export function momentOf(said: string): Date | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d|Z)$/.test(said) ? new Date(said) : undefined;
}

/** Only addresses of the web may be opened: no javascript:, no data:. */
export function webUrl(value: unknown): string | undefined {
  try {
    const url = new URL(str(value));
    return /^https?:$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

function template(value: unknown): Interactive | undefined {
  const whole = obj(value);
  const content = obj(obj(whole.data).content);
  const kind = str(whole.templateType);
  switch (kind) {
    case "ListPicker":
    case "Panel":
    case "QuickReply":
      return picker(kind, content);
    case "TimePicker":
      return {
        kind,
        ...head(content),
        place: str(obj(content.location).title),
        slots: list(content.timeslots)
          .map((slot) => ({ date: str(slot.date), minutes: Math.round(Number(slot.duration) / 60) || 0 }))
          .filter((slot) => slot.date),
      };
    case "Carousel":
      return { kind, ...head(content), cards: list(content.elements).flatMap(card) };
    case "ViewResource":
      return { kind, token: str(content.viewToken), data: typeof content.viewData === "string" ? obj(parse(content.viewData)) : obj(content.viewData) };
  }
  return undefined;
}

function card(value: Json): Carousel["cards"] {
  const inner = template(value);
  return inner && (inner.kind === "ListPicker" || inner.kind === "Panel") ? [{ id: str(value.templateIdentifier), picker: inner }] : [];
}

function picker(kind: Picker["kind"], content: Json): Picker {
  const choices = list(content.elements).map((element) => ({
    title: str(element.title),
    subtitle: str(element.subtitle),
    image: image(element),
    url: element.type === "hyperlink" ? webUrl(element.url) : undefined,
    turn: str(element.actionDetail) || undefined,
  }));
  return { kind, ...head(content), choices: choices.filter((choice) => choice.title), content };
}

function head(content: Json): Head {
  return { title: str(content.title), subtitle: str(content.subtitle), image: image(content) };
}

function image(content: Json): Image | undefined {
  const url = webUrl(content.imageData);
  return content.imageType === "URL" && url ? { url, description: str(content.imageDescription) } : undefined;
}

const str = (value: unknown): string => (typeof value === "string" ? value : "");
const obj = (value: unknown): Json => (value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Json) : {});
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(obj) : []);
