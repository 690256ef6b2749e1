// What a customer writes before it is sent: told by the one side, shown on the other, kept by none.
import { Refused, type Item } from "./wire";

const PACE = 700; // milliseconds between two tellings
const LASTS = 60_000; // for which what is written is shown while nothing more comes of it
const MOST = 1024; // characters that are shown
const TRIES = 20; // to tell that nothing is written any more

/** Tells what is written, in order, one telling at a time; of what is written quickly the last. */
export class Telling {
  #wanted = "";
  #told: string | undefined = ""; // undefined: it is not known what the others see
  #busy = false;
  #off = false;

  /** tell tells it; what it throws with status 404 ends the telling for good. */
  constructor(readonly tell: (written: string) => Promise<void>) {}

  /** Tells it, or where it may not be told yet, with again. */
  write(written: string, now = true): void {
    this.#wanted = [...written.slice(-2 * MOST)].slice(-MOST).join("");
    if (now && !this.#busy) void this.#run();
  }

  /** Tells what is written once more: the network was away. Where never anything was, there is nothing to tell. */
  again(): void {
    if (!this.#wanted && this.#told === "") return;
    this.#told = undefined;
    if (!this.#busy) void this.#run();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let tries = 1; !this.#off && this.#wanted !== this.#told; ) {
      const written = this.#wanted;
      this.#told = written;
      try {
        await this.tell(written);
        tries = 1;
      } catch (cause) {
        this.#off = cause instanceof Refused && cause.status === 404;
        // The next letter is told instead of one that failed; nothing comes after that there is nothing.
        if (!written && cause instanceof Refused && cause.passing && tries++ < TRIES) this.#told = undefined;
      }
      await new Promise((resolve) => setTimeout(resolve, PACE));
    }
    this.#busy = false;
  }
}

/** Shows what is written. */
export class Shown {
  text = $state("");

  #at = "";
  #ends: ReturnType<typeof setTimeout> | undefined;

  take(item: Item): void {
    if (item.AbsoluteTime < this.#at) return; // one that came late
    this.#at = item.AbsoluteTime;
    clearTimeout(this.#ends);
    this.text = item.Content ?? "";
    if (this.text) this.#ends = setTimeout(() => (this.text = ""), LASTS);
  }

  /** It was sent, or its author came or went: of what was written before nothing is shown any more. */
  over(at: string): void {
    if (at < this.#at) return;
    this.#at = at;
    this.clear();
  }

  clear(): void {
    clearTimeout(this.#ends);
    this.text = "";
  }
}
