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

/** A registration by which this device is told of a chat that is not, or no more, of who is here. */
export interface Owed {
  participantToken: string;
  push: string;
}

export class Memory {
  #key: string;
  #owed: readonly Owed[] = [];
  #now: Remembered;
  #lasts = false;

  constructor(widget: string) {
    this.#key = `parley:${widget}`;
    this.#now = this.#load();
    this.#owed = this.#read<Owed[]>(this.#owes) ?? [];
  }

  /** What is remembered for a customer, or for somebody who is not signed in: nothing, if it is another's. */
  of(customer: string | undefined): Readonly<Remembered> {
    const { customer: owner } = this.#now;
    return owner === undefined || owner === customer ? this.#now : {};
  }

  /** What was another customer's is told here no more, and forgotten if this one is named. push is of a registration that is not remembered. */
  meet(customer: string | undefined, push?: string): void {
    if (this.of(customer) === this.#now) return;
    const { seat } = this.#now;
    const stored = this.#load();
    this.owe(seat, push ?? (stored.seat?.contactId === seat?.contactId ? stored.push : undefined) ?? this.#now.push);
    if (customer === undefined) this.keep({ push: undefined });
    else this.keep({ seat: undefined, name: undefined, draft: undefined, left: undefined, push: undefined, customer: undefined });
  }

  /** The registrations that are to be stopped, also when the page is opened again. */
  get owed(): readonly Owed[] {
    return this.#owed;
  }

  /** Remembers that a registration is to be stopped, if there is one. */
  owe(seat = this.#now.seat, push = this.#now.push): void {
    if (seat && push) this.#owing((owed) => [...owed.filter((one) => one.push !== push), { participantToken: seat.participantToken, push }]);
  }

  /** A registration is stopped, or wanted again. */
  settled(push: string): void {
    if (this.#owed.some((one) => one.push === push)) this.#owing((owed) => owed.filter((one) => one.push !== push));
  }

  #owing(change: (owed: readonly Owed[]) => readonly Owed[]): void {
    this.#owed = change(this.#read<Owed[]>(this.#owes) ?? this.#owed);
    try {
      localStorage.setItem(this.#owes, JSON.stringify(this.#owed));
    } catch {} // it lasts as long as the page
  }

  get #owes(): string {
    return `${this.#key}:owed`;
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
    return this.#read<Remembered>(this.#key) ?? {};
  }

  #read<T>(key: string): T | undefined {
    try {
      return (JSON.parse(localStorage.getItem(key) ?? "null") as T) ?? undefined;
    } catch {
      return undefined;
    }
  }
}
