// One contact of an agent, or one that a supervisor watches: its chat, what is written and not yet said, and what was not seen yet.
import { reasonOf, type Api } from "../api/api";
import type { HeldContact, Seat } from "../api/openapi";
import { transcript } from "../api/transcript";
import { Chat } from "../chat/chat.svelte";
import type { Line } from "../chat/log";
import type { Item } from "../chat/wire";
import { shows } from "./events";

/** Where drafts are kept: on this device, for all tabs, until the contact is cleared or somebody signs out. */
export const DRAFTS = "parley:draft:";

export class Talk {
  chat = $state.raw<Chat>();
  past = $state.raw<readonly Line[]>(); // what was said, where the chat is over and can only be read
  unread = $state(0);
  trouble = $state("");
  held = $state.raw() as HeldContact;
  draft = $state("");

  #opening = false;
  #closed = false;

  constructor(
    held: HeldContact,
    readonly api: Api,
    /** Somebody else said something; live, not from the past. */
    readonly heard: (talk: Talk, item: Item) => void,
    readonly seatFrom: "GET /api/agent/contacts/{contact}/token" | "GET /api/supervise/contacts/{contact}/token" = "GET /api/agent/contacts/{contact}/token",
  ) {
    this.held = held;
    this.draft = this.#kept();
  }

  get id(): string {
    return this.held.contact_id;
  }

  /** Called whenever the server told how the contact stands. */
  stands(held: HeldContact): void {
    this.held = held;
    if (held.state === "ENDED") this.chat?.over();
    if (this.chat || this.#opening) return;
    if (held.state === "CONNECTED") void this.open();
    if (held.state === "ENDED" && !this.past) void this.reread();
  }

  async open(seat?: Seat): Promise<void> {
    this.#opening = true;
    this.trouble = "";
    try {
      const { participant_token, participant_id } = seat ?? (await this.api.ask(this.seatFrom, { path: { contact: this.id } }));
      if (this.#closed || this.chat) return;
      this.chat = new Chat({ contactId: this.id, participantId: participant_id, participantToken: participant_token }, (item) => this.heard(this, item), "AGENT", shows);
      this.chat.open();
    } catch (cause) {
      this.trouble = reasonOf(cause);
    } finally {
      this.#opening = false;
    }
  }

  /** Reads what was said in a chat that is over. */
  async reread(): Promise<void> {
    this.#opening = true;
    this.trouble = "";
    try {
      this.past = await transcript(this.api, this.id);
    } catch (cause) {
      this.trouble = reasonOf(cause);
    } finally {
      this.#opening = false;
    }
  }

  get lines(): readonly Line[] {
    return this.chat?.lines ?? this.past ?? [];
  }

  /** Since when the customer waits for an answer, if it does; else when something was said last. */
  get waiting(): { since: string; answered: boolean } | undefined {
    const { lines } = this;
    let since: string | undefined;
    for (let i = lines.length - 1; i >= 0; i--) {
      const { item } = lines[i]!;
      if (item.Type === "EVENT" || !item.Id || item.ParticipantRole === "SYSTEM") continue;
      if (item.ParticipantRole !== "CUSTOMER") return { since: since ?? item.AbsoluteTime, answered: since === undefined };
      since = item.AbsoluteTime;
    }
    return since === undefined ? undefined : { since, answered: false };
  }

  keep(): void {
    try {
      if (this.draft) localStorage.setItem(DRAFTS + this.id, this.draft);
      else localStorage.removeItem(DRAFTS + this.id);
    } catch {} // a browser that keeps nothing keeps no drafts
  }

  /** Another tab has written. */
  look(): void {
    this.draft = this.#kept();
  }

  close(): void {
    this.#closed = true;
    this.chat?.close();
  }

  /** The contact is done with: nothing of it is kept. */
  forget(): void {
    this.close();
    this.draft = "";
    this.keep();
  }

  #kept(): string {
    try {
      return localStorage.getItem(DRAFTS + this.id) ?? "";
    } catch {
      return "";
    }
  }
}
