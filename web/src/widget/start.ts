// The widget's own endpoints: what it is, and the start of a chat.
import type { Chat, Seat } from "../chat/chat.svelte";
import { Api, call, INTERACTIVE, Refused, RESPONSE } from "../chat/wire";
import { text } from "../i18n";
import type { Owed } from "./memory";

export interface FieldWanted {
  name: string;
  label: string;
  type: "text" | "email" | "tel" | "long";
  required?: boolean;
}

export interface Settings {
  title: string;
  greeting: string;
  colour: string;
  fields: FieldWanted[];
  signed_only: boolean;
  attachments: boolean;
  start_path: string;
  typing_path: string; // where what is written is shown before it is sent; "" = nowhere
  push_path: string; // where this device is to be told of messages; "" = nowhere
  push_key: string; // with which it subscribes
  state: "open" | "closed" | "full"; // how the queue receives who comes now
  opens_at?: string; // when a closed one opens, where that is known
  leave_message: boolean; // visitors can leave a message
}

/** Whether the form asks for a message that is left, instead of beginning a chat. */
export function leaving({ state, leave_message }: Settings): boolean {
  return state !== "open" && leave_message;
}

/** The widget that this page is of, as INSTANCE/WIDGET. */
export function widgetOf(path: string): string {
  return path.split("/").slice(2, 4).join("/");
}

export function settings(widget: string): Promise<Settings> {
  return call<Settings>(`/widgets/${widget}/settings`);
}

interface Answer {
  data: { startChatResult: { ContactId: string; ParticipantId: string; ParticipantToken: string } | null };
}

function seatOf({ data }: Answer): Seat | undefined {
  const seat = data.startChatResult;
  return seat ? { contactId: seat.ContactId, participantId: seat.ParticipantId, participantToken: seat.ParticipantToken } : undefined;
}

/** The chat of the customer whom a token names, if one goes on: it may have been started on another device. */
export async function find(widget: string, token: string): Promise<Seat | undefined> {
  return seatOf(await call<Answer>(`/widgets/${widget}/open`, { CustomerToken: token }));
}

/**
 * Starts a chat, or joins the one that a signed-in customer has started elsewhere meanwhile. With a message it begins the chat of one that is left.
 * The same once never starts two: a lost answer is asked for again with it.
 */
export async function start(path: string, name: string, attributes: Record<string, string>, once: string, token?: string, message?: string): Promise<Seat> {
  const body = {
    ParticipantDetails: { DisplayName: name },
    Attributes: attributes,
    SupportedMessagingContentTypes: ["text/plain", "text/markdown", "application/json", INTERACTIVE, RESPONSE],
    ClientToken: once,
    ...(token && { CustomerToken: token }),
    ...(message ? { LeaveMessage: true, InitialMessage: { ContentType: "text/plain", Content: message } } : token && { JoinOpen: true }),
  };
  return seatOf(await call<Answer>(path, body))!;
}

/** Has a device told no more of a chat that was left; live is that chat, whose token saves asking for one. Whether it is stopped: what is not there is. */
export async function untell(widget: string, { participantToken, push }: Owed, live?: Chat): Promise<boolean> {
  const path = `/widgets/${widget}/push/${push}`;
  try {
    if (live) {
      await live.ask("DELETE", path);
      return true;
    }
  } catch {} // its token may be too old
  try {
    const api = new Api();
    await api.connect(participantToken);
    await api.ask("DELETE", path);
    return true;
  } catch (cause) {
    return cause instanceof Refused && !cause.passing; // the chat is over, or it was stopped already
  }
}

/** Why a chat did not start, in words. */
export function reason(cause: unknown): string {
  if (!(cause instanceof Refused)) return text.notStarted;
  if (cause.status === 0) return text.unreachable;
  if (cause.status === 429) return /Limit/.test(cause.kind) ? text.full : text.tooFast;
  if (cause.status >= 500) return text.full;
  if (cause.status === 404) return text.noWidget;
  return cause.status === 400 ? cause.message : text.notStarted;
}
