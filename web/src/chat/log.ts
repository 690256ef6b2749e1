// What a chat shows: the items of the transcript, each once, in the order of their times, and after them what is still on its way out.
import type { Item } from "./wire";

export type State = "sending" | "failed" | "sent" | "delivered" | "read";

type Seen = "delivered" | "read";

/** A line of the log: an item, or what is to become one. */
export interface Line {
  key: string; // stays when a draft becomes an item, so that nothing on the screen jumps
  item: Item;
  state?: State; // of what I said
  why?: string; // it failed, in words for people
  hopeless?: true; // sending it again cannot help
  progress?: number; // of a file, 0 to 1
}

/** Something of mine that the server has not acknowledged. */
export interface Draft {
  key: string;
  contentType: string;
  content: string;
  file?: File;
}

/**
 * Log keeps its lines unchanged: each change makes a new array, and new lines where they differ. However many items come at once, they are
 * merged with what is there in one go.
 */
export class Log {
  lines: readonly Line[] = []; // items by their times, then drafts
  shown: readonly Line[] = []; // those that say something to who looks
  #known = new Map<string, string>(); // of an item's Id, its line's key
  #seen = new Map<string, Seen>(); // how far others have got, up to a message's Id

  constructor(
    readonly me: () => string | undefined,
    readonly shows: (item: Item) => boolean = () => true,
  ) {}

  /**
   * Adds items, in whatever order and however often they come; returns those that were new. Of items of one time those stay
   * in the order in which they came, those of the past before what is there.
   */
  add(items: readonly Item[], past = false): Item[] {
    const fresh: Item[] = [];
    const come = new Map<string, Line>();
    const changed = new Map<string, Item>(); // of lines that are there
    const drafts = this.#drafts();
    for (const item of items) {
      if (item.Type === "MESSAGEMETADATA") continue;
      let key = this.#known.get(item.Id);
      if (key === undefined) {
        fresh.push(item);
        key = this.#adopting(drafts, item);
        if (key === undefined) come.set(item.Id, { key: item.Id, item, ...(this.#mine(item) && { state: "sent" as const }) });
        this.#known.set(item.Id, key ?? item.Id);
      }
      const line = key === undefined ? undefined : come.get(key);
      if (line) come.set(line.key, { ...line, item });
      else if (key !== undefined) changed.set(key, item);
    }
    const told = items.filter((item) => this.#receipts(item)).length > 0;
    const lines = [...come.values()].sort(byTime);
    if (changed.size || told || !this.#follow(lines, past)) this.#merge(lines, changed, past);
    else this.#append(lines);
    return fresh;
  }

  /** Shows something before the server has it. */
  draft(draft: Draft, now: Date): void {
    const attachment = draft.file && { AttachmentId: "", AttachmentName: draft.file.name, ContentType: draft.file.type, Status: "IN_PROGRESS" as const };
    const item: Item = {
      Id: "",
      AbsoluteTime: now.toISOString(),
      Type: attachment ? "ATTACHMENT" : "MESSAGE",
      ContentType: draft.contentType,
      Content: draft.content,
      ParticipantRole: "CUSTOMER",
      ...(attachment && { Attachments: [attachment] }),
    };
    this.#append([{ key: draft.key, item, state: "sending" }]);
  }

  /** Changes a line that is on its way out. */
  change(key: string, change: Partial<Line>): void {
    const lines = [...this.lines];
    const i = lines.findLastIndex((line) => line.key === key);
    if (i >= 0) lines[i] = { ...lines[i]!, ...change };
    this.#set(lines);
  }

  /** The server has taken a draft, as the item with this Id; the socket may have brought it already. */
  taken(key: string, item: Pick<Item, "Id" | "AbsoluteTime">): void {
    const draft = this.lines.findLast((line) => line.key === key);
    if (!draft || draft.item.Id === item.Id) return;
    const known = this.#known.get(item.Id);
    if (known !== undefined && known !== key) {
      this.drop(key);
      return;
    }
    if (draft.item.Id) this.#known.delete(draft.item.Id);
    this.#known.set(item.Id, key);
    this.#merge([], new Map([[key, { ...draft.item, ...item, ...(this.me() && { ParticipantId: this.me() }) }]]), false);
  }

  drop(key: string): void {
    this.#set(this.lines.filter((line) => line.key !== key));
  }

  /** The newest item of this chat that the server knows. */
  get last(): Item | undefined {
    return this.lines.findLast(({ item }) => item.Id && !item.RelatedContactId)?.item;
  }

  #mine(item: Item): boolean {
    return item.ParticipantId !== undefined && item.ParticipantId === this.me();
  }

  #drafts(): Line[] {
    return this.lines.slice(this.lines.findLastIndex((line) => line.item.Id) + 1).filter((line) => line.state === "sending");
  }

  /** What I am sending has come back before its answer: the draft, which becomes the item. Only one message at a time is on its way. */
  #adopting(drafts: Line[], item: Item): string | undefined {
    if (!this.#mine(item) || item.RelatedContactId) return undefined;
    const file = item.Attachments?.[0]?.AttachmentId;
    const i = drafts.findIndex(
      (line) =>
        line.item.Type === item.Type &&
        (file ? line.item.Attachments?.[0]?.AttachmentId === file : line.item.ContentType === item.ContentType && line.item.Content === item.Content),
    );
    return i < 0 ? undefined : drafts.splice(i, 1)[0]!.key;
  }

  #set(lines: readonly Line[]): void {
    this.lines = lines;
    this.shown = lines.filter(({ item }) => this.shows(item));
  }

  /** Of a long chat it looks at no line that is there. */
  #append(lines: readonly Line[]): void {
    if (!lines.length) return;
    this.lines = [...this.lines, ...lines];
    this.shown = [...this.shown, ...lines.filter(({ item }) => this.shows(item))];
  }

  /** Whether lines come after all that are there, and no receipt waits for them. */
  #follow(lines: readonly Line[], past: boolean): boolean {
    const last = this.lines.at(-1);
    return !(last && lines[0] && comesAfter(last, lines[0], past)) && !lines.some((line) => this.#seen.has(line.item.Id));
  }

  /** Merges lines into those that are there, and lines of which the items have changed into their places. */
  #merge(come: Line[], changed: ReadonlyMap<string, Item>, past: boolean): void {
    const stay: Line[] = [];
    for (const line of this.lines) {
      const item = changed.get(line.key);
      if (!item) stay.push(line);
      else if (line.item.Id && line.item.AbsoluteTime === item.AbsoluteTime) stay.push({ ...line, item });
      else come.push({ key: line.key, item, ...(line.state && { state: line.item.Id ? line.state : "sent" }) });
    }
    come.sort(byTime);
    const lines: Line[] = [];
    let i = 0;
    for (const line of come) {
      while (i < stay.length && !comesAfter(stay[i]!, line, past)) lines.push(stay[i++]!);
      lines.push(line);
    }
    while (i < stay.length) lines.push(stay[i++]!);
    this.#mark(lines);
    this.#set(lines);
  }

  /** Notes what an item's receipts say; answers whether that is new. */
  #receipts({ Id, MessageMetadata }: Item): boolean {
    const message = MessageMetadata?.MessageId ?? Id;
    let told = false;
    for (const receipt of MessageMetadata?.Receipts ?? []) {
      if (receipt.RecipientParticipantId === this.me()) continue;
      const state = receipt.ReadTimestamp ? "read" : receipt.DeliveredTimestamp ? "delivered" : undefined;
      const known = this.#seen.get(message);
      if (!state || known === "read" || known === state) continue;
      this.#seen.set(message, state);
      told = true;
    }
    return told;
  }

  /** A receipt says that everything of mine up to a message was delivered, or read. */
  #mark(lines: Line[]): void {
    let seen: Seen | undefined;
    for (let i = lines.length - 1; i >= 0 && this.#seen.size; i--) {
      const line = lines[i]!;
      if (seen !== "read") seen = this.#seen.get(line.item.Id) ?? seen;
      if (seen && (line.state === "sent" || line.state === "delivered") && line.state !== seen) lines[i] = { ...line, state: seen };
    }
  }
}

function byTime(a: Line, b: Line): number {
  return Number(a.item.AbsoluteTime > b.item.AbsoluteTime) - Number(a.item.AbsoluteTime < b.item.AbsoluteTime);
}

/** Drafts stay last; items follow their times. */
function comesAfter(line: Line, than: Line, past: boolean): boolean {
  return !line.item.Id || line.item.AbsoluteTime > than.item.AbsoluteTime || (past && line.item.AbsoluteTime === than.item.AbsoluteTime);
}

/** The key of the newest line that answers, or asks something: what was not sent, and a file on its way, stand at the end and say nothing yet. */
export function newest(lines: readonly Line[]): string | undefined {
  return lines.findLast(({ item, state }) => item.Type !== "EVENT" && state !== "failed" && (state !== "sending" || item.Type !== "ATTACHMENT"))?.key;
}
