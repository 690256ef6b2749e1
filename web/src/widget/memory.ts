// What the widget remembers on this device: in the storage of its own frame, never in a cookie. A browser that lets it store
// nothing has a chat all the same, which ends with the page.
import type { Seat } from "../chat/chat.svelte";

export interface Remembered {
  seat?: Seat;
  name?: string;
  draft?: string;
}

export class Memory {
  #key: string;
  #now: Remembered;

  constructor(widget: string) {
    this.#key = `parley:${widget}`;
    this.#now = this.#load();
  }

  get all(): Readonly<Remembered> {
    return this.#now;
  }

  keep(change: { [K in keyof Remembered]: Remembered[K] | undefined }): void {
    this.#now = JSON.parse(JSON.stringify({ ...this.#now, ...change })) as Remembered;
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#now));
    } catch {} // see above
  }

  #load(): Remembered {
    try {
      return (JSON.parse(localStorage.getItem(this.#key) ?? "{}") as Remembered) ?? {};
    } catch {
      return {};
    }
  }
}
