// What the widget remembers on this device: in the storage of its own frame, never in a cookie. A browser that lets it store
// nothing has a chat all the same, which ends with the page. What belongs to a customer whom the site has signed in is shown
// to nobody else.
import type { Seat } from "../chat/chat.svelte";

export interface Remembered {
  seat?: Seat;
  name?: string;
  draft?: string;
  left?: boolean; // the chat began with a message that was left here
  push?: string; // under which this device is told of what is said while the chat is closed
  customer?: string; // whose this is; without, it is the device's
}

export class Memory {
  #key: string;
  #now: Remembered;
  #lasts = false;

  constructor(widget: string) {
    this.#key = `parley:${widget}`;
    this.#now = this.#load();
  }

  /** What is remembered for a customer, or for somebody who is not signed in: nothing, if it is another's. */
  of(customer: string | undefined): Readonly<Remembered> {
    const { customer: owner } = this.#now;
    return owner === undefined || owner === customer ? this.#now : {};
  }

  /** Forgets what was another customer's, now that this one is here. */
  meet(customer: string | undefined): void {
    if (customer === undefined || this.of(customer) === this.#now) return;
    this.keep({ seat: undefined, name: undefined, draft: undefined, left: undefined, push: undefined, customer: undefined });
  }

  /** Whether a customer's chat is remembered, to be shown once the site has said who is there. */
  get waits(): boolean {
    return this.#now.customer !== undefined && this.#now.seat !== undefined;
  }

  /** Whether what was kept last is there when the page is opened again. */
  get lasts(): boolean {
    return this.#lasts;
  }

  keep(change: { [K in keyof Remembered]: Remembered[K] | undefined }): void {
    if (!("seat" in change) && this.#load().seat?.contactId !== this.#now.seat?.contactId) return; // another tab has gone on to another chat
    this.#now = JSON.parse(JSON.stringify({ ...this.#now, ...change })) as Remembered;
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#now));
      this.#lasts = true;
    } catch {
      this.#lasts = false; // see above
    }
  }

  #load(): Remembered {
    try {
      return (JSON.parse(localStorage.getItem(this.#key) ?? "{}") as Remembered) ?? {};
    } catch {
      return {};
    }
  }
}
