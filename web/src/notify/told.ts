// A push message as its customer is shown it. It may be anything: nothing of it is more than text, and a page.
import type { Words } from "./words";

export interface Told {
  title: string;
  body: string;
  tag: string; // a message takes the place of the one before it, of the same chat
  renotify: boolean;
  lang?: string;
  data: { page: string };
}

const MOST = 200; // characters of a message that are shown

/** What is shown of a push message. */
export function told(payload: string, { title = "", message = "A new message", lang }: Partial<Words>): Told {
  const { DisplayName, Content, InitialContactId, Page } = members(payload);
  const letters = [...Content.trim()];
  return {
    title: [DisplayName, title].filter(Boolean).join(" · ") || message,
    body: letters.length > MOST ? `${letters.slice(0, MOST - 1).join("")}…` : letters.join("") || message,
    tag: `parley:${InitialContactId}`,
    renotify: true,
    ...(lang && { lang }),
    data: { page: /^https?:\/\//.test(Page) ? Page : "" },
  };
}

/** The members of a message that are texts; the others are empty. */
function members(payload: string): Record<"DisplayName" | "Content" | "InitialContactId" | "Page", string> {
  let said: Record<string, unknown> = {};
  try {
    said = Object(JSON.parse(payload)) as Record<string, unknown>;
  } catch {} // it tells at least that there is something
  const text = (name: string) => (typeof said[name] === "string" ? said[name] : "");
  return { DisplayName: text("DisplayName"), Content: text("Content"), InitialContactId: text("InitialContactId"), Page: text("Page") };
}
