// What was changed, so that it can be undone. Changes of one kind in a row (a text that is typed) are one step.
export class Past<T> {
  now: T = $state.raw() as T;
  #before = $state.raw<T[]>([]);
  #after = $state.raw<T[]>([]);
  #kind = "";

  constructor(first: T) {
    this.now = first;
  }

  get canUndo(): boolean {
    return this.#before.length > 0;
  }
  get canRedo(): boolean {
    return this.#after.length > 0;
  }

  /** Goes on with a changed one. Those of the same kind, which is not "", count as one step. */
  push(next: T, kind = ""): void {
    if (next === this.now) return;
    if (!kind || kind !== this.#kind) this.#before = [...this.#before.slice(-most), this.now];
    this.#kind = kind;
    this.#after = [];
    this.now = next;
  }

  undo(): void {
    const back = this.#before.at(-1);
    if (back === undefined) return;
    this.#before = this.#before.slice(0, -1);
    this.#after = [...this.#after, this.now];
    this.now = back;
    this.#kind = "";
  }

  redo(): void {
    const next = this.#after.at(-1);
    if (next === undefined) return;
    this.#after = this.#after.slice(0, -1);
    this.#before = [...this.#before, this.now];
    this.now = next;
    this.#kind = "";
  }

  /** Begins anew with another one. */
  reset(first: T): void {
    this.#before = [];
    this.#after = [];
    this.#kind = "";
    this.now = first;
  }
}

/** How many steps can be undone. */
const most = 199;
