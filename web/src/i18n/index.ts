// What the pages say, in the visitor's language. A page speaks one language until it is loaded again.
import { en, type Catalogue } from "./en";

/** Catalogues of one part of the pages beside English, each loaded only where it is wanted. */
type Others<T> = Record<string, () => Promise<T>>;

const books: { text: object; others: Others<object> }[] = [];

/** What a part of the pages says: English, until speak finds better. */
export function book<T extends object>(english: T, others: Others<T> = {}): T {
  const text = { ...english };
  books.push({ text, others });
  return text;
}

/** What a chat says. */
export const text: Catalogue = book(en, {
  ar: async () => (await import("./ar")).ar,
  de: async () => (await import("./de")).de,
  es: async () => (await import("./es")).es,
  fr: async () => (await import("./fr")).fr,
});
export let language = "en";

/** Speaks the first of some languages that all of the page can say, with its way of writing times; English where there is none. */
export async function speak(wished: readonly string[]): Promise<void> {
  const bare = (tag: string) => tag.toLowerCase().split("-")[0]!;
  const spoken = (tag: string) => tag === "en" || books.every(({ others }) => Object.hasOwn(others, tag));
  const said = wished.filter(canWrite);
  const tag = said.find((tag) => spoken(bare(tag))) ?? "en";
  const found = bare(tag);
  try {
    await Promise.all(books.map(async ({ text, others }) => Object.assign(text, await others[found]?.())));
  } catch {
    return; // what cannot be loaded is said in English
  }
  language = said.find((tag) => bare(tag) === found && tag.includes("-")) ?? tag; // times as in the country that somebody names
  document.documentElement.lang = found;
  document.documentElement.dir = text.direction;
}

/** Whether a tag is one by which times can be written: what a site says may be anything. */
function canWrite(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

const digits = { numberingSystem: "latn" }; // those of all the other numbers on a page

let hours: Intl.DateTimeFormat | undefined; // making one takes longer than all else of a message
let seconds: Intl.DateTimeFormat | undefined;

/** A time of day, as people here write it. */
export function clock(iso: string): string {
  return (hours ??= new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", ...digits })).format(new Date(iso));
}

/** A time of day to the second. */
export function clockExact(iso: string): string {
  return (seconds ??= new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", second: "2-digit" })).format(new Date(iso));
}

/** A day and a time. */
export function moment(date: Date): string {
  return date.toLocaleString(language, { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit", ...digits });
}

/** A day of a year and a time to the second. */
export function momentExact(date: Date): string {
  return date.toLocaleString(language, { dateStyle: "medium", timeStyle: "medium", ...digits });
}

/** A length of time as 4:05, or 1:04:05. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
