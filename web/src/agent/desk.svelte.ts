// What an agent is and has, as the server tells it, and what the agent does. It promises: the page shows what the server told last; of what is done
// here nothing is assumed to have happened before the server says so.
import { reasonOf } from "../api/api";
import { Push } from "../api/push.svelte";
import type { Session } from "../api/session.svelte";
import type { Agent, Alert } from "../api/openapi";
import type { Item } from "../chat/wire";
import { words } from "../i18n/agent";
import { Bell } from "./bell.svelte";
import { DRAFTS, Talk } from "./talk.svelte";

export class Desk {
  state = $state.raw<Agent>();
  talks = $state.raw<readonly Talk[]>([]);
  alerts = $state.raw<readonly Alert[]>([]);
  at = $state(location.hash); // where one is: #/chat/ID, #/live
  trouble = $state(""); // why what was done last failed
  busy = $state(""); // what is being done
  seen = $state(document.visibilityState === "visible");
  invited = $state.raw<readonly { contact: string; invitation: string; name: string }[]>([]); // asked in from here
  heardLast = $state(""); // for who cannot see it

  readonly push: Push;
  readonly bell = new Bell();
  #offered = new Set<string>();

  constructor(readonly session: Session) {
    this.push = new Push(session.api, (frame) => this.#told(frame));
  }

  open(): void {
    addEventListener("hashchange", this.#moved);
    addEventListener("storage", this.#stored);
    document.addEventListener("visibilitychange", this.#seen);
    this.bell.open();
    this.push.open();
  }

  /** Ends it; nothing of the agent's stays on the device once somebody signed out. */
  close(): void {
    removeEventListener("hashchange", this.#moved);
    removeEventListener("storage", this.#stored);
    document.removeEventListener("visibilitychange", this.#seen);
    this.push.close();
    this.bell.close();
    for (const talk of this.talks) talk.close();
    if (this.session.phase !== "out") return;
    for (const key of Object.keys(localStorage)) if (key.startsWith(DRAFTS)) localStorage.removeItem(key);
  }

  get selected(): Talk | undefined {
    return this.at.startsWith("#/chat/") ? this.talks.find((talk) => talk.id === this.at.slice("#/chat/".length)) : undefined;
  }

  get offers(): Talk[] {
    return this.talks.filter((talk) => talk.held.state === "CONNECTING");
  }

  get unread(): number {
    return this.talks.reduce((sum, talk) => sum + talk.unread, 0);
  }

  select(talk: Talk | undefined): void {
    location.hash = talk ? `#/chat/${talk.id}` : "#/";
    this.at = location.hash;
    if (talk) talk.unread = 0;
  }

  /** The chat that many places further down or up, around. */
  step(by: number): void {
    const { talks } = this;
    if (!talks.length) return;
    const at = this.selected ? talks.indexOf(this.selected) : by > 0 ? -1 : 0;
    this.select(talks[(at + by + talks.length) % talks.length]);
  }

  /** Does something, and says why if it failed; answers whether it did not. */
  async does(what: string, deed: () => Promise<unknown>): Promise<boolean> {
    if (this.busy === what) return false;
    this.busy = what;
    this.trouble = "";
    try {
      await deed();
      return true;
    } catch (cause) {
      this.trouble = reasonOf(cause);
      return false;
    } finally {
      this.busy = "";
    }
  }

  choose(status_id: string): Promise<boolean> {
    return this.does("status", async () => (this.state = await this.session.api.ask("PUT /api/agent/status", { body: { status_id } })));
  }

  async accept(talk: Talk): Promise<void> {
    const done = await this.does(`accept ${talk.id}`, async () => talk.open(await this.session.api.ask("POST /api/agent/contacts/{contact}/accept", { path: { contact: talk.id } })));
    if (done) this.select(talk);
  }

  reject(talk: Talk): Promise<boolean> {
    return this.does(`reject ${talk.id}`, () => this.session.api.ask("POST /api/agent/contacts/{contact}/reject", { path: { contact: talk.id } }));
  }

  end(talk: Talk): Promise<boolean> {
    return this.does(`end ${talk.id}`, () => this.session.api.ask("POST /api/agent/contacts/{contact}/end", { path: { contact: talk.id } }));
  }

  clear(talk: Talk): Promise<boolean> {
    return this.does(`clear ${talk.id}`, () => this.session.api.ask("POST /api/agent/contacts/{contact}/clear", { path: { contact: talk.id } }));
  }

  #told(frame: { type: string }): void {
    if (frame.type === "alerts") this.alerts = (frame as unknown as { alerts: Alert[] }).alerts;
    if (frame.type === "agent") this.#stands(frame as unknown as Agent);
  }

  #stands(state: Agent): void {
    this.state = state;
    const talks = state.contacts.map((held) => this.talks.find((talk) => talk.id === held.contact_id) ?? new Talk(held, this.session.api, (talk, item) => this.#heard(talk, item)));
    for (const gone of this.talks.filter((talk) => !talks.includes(talk))) gone.forget();
    this.talks = talks;
    for (const held of state.contacts) talks.find((talk) => talk.id === held.contact_id)?.stands(held);
    this.#call();
  }

  /** Rings for offers, and tells of those that are new. */
  #call(): void {
    const offers = this.offers;
    if (offers.length) this.bell.ring();
    else this.bell.quiet();
    for (const talk of offers) {
      if (this.#offered.has(talk.id)) continue;
      this.#offered.add(talk.id);
      this.heardLast = words.offerFrom(talk.held.customer);
      this.bell.tell(talk.id, words.newChat, `${talk.held.customer}${talk.held.queue?.name ? ` · ${words.queueOf(talk.held.queue)}` : ""}`, () => this.select(talk));
    }
    this.#offered = new Set(offers.map((talk) => talk.id));
  }

  #heard(talk: Talk, item: Item): void {
    const said = item.Attachments?.[0]?.AttachmentName ?? (item.Content?.startsWith("{") ? "" : (item.Content ?? ""));
    this.heardLast = words.says(item.DisplayName ?? "", said);
    if (talk === this.selected && this.seen) return;
    talk.unread++;
    this.bell.ping();
    this.bell.tell(talk.id, item.DisplayName ?? words.newMessage, said, () => this.select(talk));
  }

  #moved = (): void => {
    this.at = location.hash;
  };

  #seen = (): void => {
    this.seen = document.visibilityState === "visible";
    if (this.seen && this.selected) this.selected.unread = 0;
  };

  #stored = (event: StorageEvent): void => {
    if (event.key?.startsWith(DRAFTS)) this.talks.find((talk) => DRAFTS + talk.id === event.key)?.look();
  };
}
