// How long one may say nothing before the others leave. It promises: there is a warning while the others wait, or where nobody tells so, shortly
// before they leave; it says how many minutes are left, and goes when something is said.
import type { Silence } from "./wire";

const MINUTE = 60_000;
const SOON = 2 * MINUTE; // before the end, where no idle timer says when it is time
const SLACK = 15_000; // a minute that has just begun counts as a whole one

export class Quiet {
  warned = $state(false);
  left = $state<number | undefined>(); // minutes, 0 = less than one; undefined: nobody leaves, or it is not known when

  #idle = false;
  #alarm = false;
  #whole = 0;
  #until = 0;
  #next: ReturnType<typeof setTimeout> | undefined;

  /** Hears what the server says. */
  told({ idle, alarm, ends_in_ms, allowed_ms }: Silence): void {
    this.#idle = idle;
    this.#alarm = alarm;
    this.#whole = allowed_ms ?? 0;
    this.#until = Date.now() + (ends_in_ms ?? 0);
    this.#look();
  }

  /** The others wait, or no longer do. */
  waits(idle: boolean): void {
    this.#idle = idle;
    this.#look();
  }

  /** Something was said. */
  said(): void {
    this.#idle = false;
    this.#until = Date.now() + this.#whole;
    this.#look();
  }

  stop(): void {
    this.told({ idle: false, alarm: false });
  }

  #look(): void {
    clearTimeout(this.#next);
    const left = this.#until - Date.now();
    const soon = Math.min(SOON, this.#whole / 2);
    this.warned = this.#idle || (this.#whole > 0 && !this.#alarm && left <= soon);
    this.left = this.warned && this.#whole > 0 ? Math.max(0, Math.floor((left + SLACK) / MINUTE)) : undefined;
    if (this.left) this.#again(left + SLACK - this.left * MINUTE);
    else if (this.#whole > 0 && !this.#alarm && !this.warned) this.#again(left - soon);
  }

  #again(wait: number): void {
    this.#next = setTimeout(() => this.#look(), Math.min(wait, 24 * 60 * MINUTE) + 1);
  }
}
