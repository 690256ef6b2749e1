// What Setup has: the kinds of things, and pages of their own for what no list and form serve. Who may open what.
import type { Session } from "../api/session.svelte";
import type { Kind } from "./kind";
import { kinds } from "./kinds";

export interface Page {
  slug: string;
  title: string;
  view: string[];
}

export const keys: Page = { slug: "keys", title: "Access keys", view: ["AccessKeys.View", "AccessKeys.Edit"] };

/** Everything of Setup, in its order. */
export const parts: (Kind | Page)[] = [...kinds, keys];

/** What somebody may open. */
export function open(session: Session): (Kind | Page)[] {
  return parts.filter((one) => session.may(...one.view));
}

/** Whether a part is a kind of things. */
export function isKind(part: Kind | Page): part is Kind {
  return "list" in part;
}
