// A participant's side of one chat. It promises: every item of the chat is shown once and in order, whatever happens to the network,
// and what the participant says is sent once, in the order in which it was said, or shown as failed.
import { Quiet } from "./quiet.svelte";
import { Log, type Draft, type Line } from "./log";
import { Shown, Telling } from "./preview.svelte";
import { parse, Socket } from "./socket";
import { ofFile, ofText } from "./refusal";
import { Api, EVENT, OURS, put, Refused, type Item } from "./wire";

/** Who takes part, by what StartChatContact answered. */
export interface Seat {
  contactId: string;
  participantId: string;
  participantToken: string;
}

export type Phase = "connecting" | "live" | "lost" | "ended";

export interface Place {
  position: number;
  wait?: number; // seconds
}

const TYPING_LASTS = 12_000; // milliseconds for which somebody is shown as typing
const TYPING_AGAIN = 8_000; // between two events that tell others so
const RECEIPTS = 1_000; // between two receipts: the last one holds for all before
const RENEW = 5 * 60_000; // before a connection's token expires
const FAREWELL = 2_000; // for which the socket of a chat that is over may still bring what was said
const FRAME = 16; // milliseconds in which what comes is shown together
const ENOUGH = 20; // lines that a customer sees without asking for more
const TRIES = 3; // of a message, until it is shown as failed

export class Chat {
  lines = $state.raw<readonly Line[]>([]);
  shown = $state.raw<readonly Line[]>([]); // the lines that say something to who looks
  phase = $state<Phase>("connecting");
  place = $state.raw<Place | undefined>();
  typing = $state<string | undefined>(); // the name of who types
  silenced = $state<"CUSTOMER" | "AGENT" | undefined>(); // who said nothing for so long that the others have left
  older = $state(false); // there is more of the past to read
  ending = $state(false);
  readonly written = new Shown(); // by the customer, and not sent yet: for who works on the chat

  readonly quiet = new Quiet(); // of the customer

  #api = new Api();
  #log: Log;
  #socket: Socket | undefined;
  #mark = ""; // the last item before which nothing is missing
  #pastToken: string | undefined;
  #since: string | undefined; // the time of the oldest item that was read; what came before it is read by pages
  #closed = false;
  #caughtUp = false;
  #attempts = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  #renew: ReturnType<typeof setTimeout> | undefined;
  #incoming: Item[] = [];
  #soon: ReturnType<typeof setTimeout> | undefined;
  #out: Draft[] = [];
  #stuck: Draft[] = []; // failed for want of a network
  #flushing = false;
  #typedAt = 0;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;
  #receipt: { timer?: ReturnType<typeof setTimeout>; kind: string; id: string; sent: string } = { kind: "", id: "", sent: "" };
  #path = ""; // where what is written is told
  #telling = new Telling((written) => this.#api.preview(this.#path, written));
  #uploads = new Map<string, { file: File; abort: AbortController }>();

  /** side is on which side of the chat the seat is: what the other one says gets receipts. shows tells what is shown. */
  constructor(
    readonly seat: Seat,
    readonly heard: (item: Item) => void = () => {},
    readonly side: "CUSTOMER" | "AGENT" = "CUSTOMER",
    shows: (item: Item) => boolean = () => true,
  ) {
    this.#log = new Log(() => seat.participantId, shows);
  }

  /** Connects, and stays connected until the chat ends or close is called. */
  open(): void {
    this.#closed = false;
    addEventListener("online", this.#wake);
    addEventListener("offline", this.#check);
    document.addEventListener("visibilitychange", this.#check);
    void this.#connect();
  }

  /** Leaves the chat alone: nothing of it is heard or shown any more, unless it has ended. */
  close(): void {
    this.#closed = true;
    removeEventListener("online", this.#wake);
    removeEventListener("offline", this.#check);
    document.removeEventListener("visibilitychange", this.#check);
    clearTimeout(this.#again);
    clearTimeout(this.#renew);
    this.quiet.stop();
    this.#socket?.close();
  }

  /** One has no part in the chat any more, as something else than the chat has told. */
  over(): void {
    this.#ended();
  }

  /** Tries to connect now instead of later. */
  hurry(): void {
    if (this.phase === "lost") this.#wake();
  }

  say(content: string, contentType = "text/plain"): void {
    const draft = { key: crypto.randomUUID(), contentType, content };
    this.#log.draft(draft, new Date());
    this.#show();
    this.#typedAt = 0;
    this.#send(draft);
  }

  attach(file: File): void {
    const draft = { key: crypto.randomUUID(), contentType: file.type, content: "", file };
    this.#log.draft(draft, new Date());
    this.#uploads.set(draft.key, { file, abort: new AbortController() });
    this.#change(draft.key, { progress: 0 });
    void this.#upload(draft.key);
  }

  /** Sends anew what failed. The same token goes with it, so that it is never said twice. */
  retry(line: Line): void {
    this.#change(line.key, { state: "sending" });
    this.#stuck = this.#stuck.filter((draft) => draft.key !== line.key);
    if (this.#uploads.has(line.key)) void this.#upload(line.key);
    else this.#send({ key: line.key, contentType: line.item.ContentType ?? "text/plain", content: line.item.Content ?? "" });
  }

  /** Forgets what failed, and stops what is being uploaded. */
  forget(line: Line): void {
    this.#uploads.get(line.key)?.abort.abort();
    this.#uploads.delete(line.key);
    this.#stuck = this.#stuck.filter((draft) => draft.key !== line.key);
    this.#log.drop(line.key);
    this.#show();
  }

  typed(): void {
    const now = Date.now();
    if (this.phase !== "live" || now - this.#typedAt < TYPING_AGAIN) return;
    this.#typedAt = now;
    this.#api.event("typing").catch(() => {});
  }

  /** Shows who works on the chat what is written and not sent yet, at a path that the widget was told. */
  write(path: string, draft: string): void {
    this.#path = path;
    this.#telling.write(draft, this.phase === "live");
  }

  /** Asks, as who takes part, something that the widget offers beside the chat. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#api.ask<T>(method, path, body);
  }

  /** What others said has been seen. */
  read(): void {
    const last = this.lines.findLast(({ item }) => item.Id && !item.RelatedContactId && item.Type !== "EVENT" && item.ParticipantRole === this.#other);
    if (last) this.#receive("message.read", last.item.Id);
  }

  /** Reads older items, one page at a time. */
  async past(): Promise<void> {
    if (!this.older) return;
    this.older = false;
    try {
      await this.#readPast(this.#pastToken);
    } catch {
      this.older = true;
    }
  }

  /** The whole chat, oldest first. */
  async everything(): Promise<readonly Line[]> {
    while (this.older) await this.#readPast(this.#pastToken);
    return this.lines;
  }

  async end(): Promise<void> {
    this.ending = true;
    try {
      await this.#api.disconnect();
      setTimeout(() => (this.ending = false), FAREWELL); // with a disconnect flow the chat goes on, and can be ended again
    } catch (cause) {
      this.ending = false;
      if (!(cause instanceof Refused && cause.status === 403)) throw cause;
      this.#ended();
    }
  }

  fileUrl(id: string): Promise<string> {
    return this.#api.fileUrl(id);
  }

  view(token: string) {
    return this.#api.view(token);
  }

  get #other(): string {
    return this.side === "CUSTOMER" ? "AGENT" : "CUSTOMER";
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#again);
    clearTimeout(this.#renew);
    this.#caughtUp = false;
    try {
      const connection = await this.#api.connect(this.seat.participantToken);
      if (this.#closed) return;
      // The socket brings what comes after this moment; the transcript, read once it does, what came before. Together they miss nothing.
      this.#socket?.close();
      this.#socket = new Socket(connection.url, {
        ready: () => void this.#catchUp(),
        item: (item) => this.#gather(item),
        queue: (content) => this.#stand(content),
        ...(this.side === "AGENT" && { preview: (item: Item) => this.written.take(item) }),
        lost: () => this.#lose(),
      });
      this.#renew = setTimeout(() => void this.#connect(), Math.max(connection.expires - Date.now() - RENEW, RENEW));
    } catch (cause) {
      if (cause instanceof Refused && !cause.passing) this.#ended();
      else this.#lose();
    }
  }

  async #catchUp(): Promise<void> {
    const socket = this.#socket;
    try {
      if (this.#mark) await this.#readOn();
      else await this.#readPast();
    } catch (cause) {
      if (socket === this.#socket && this.phase !== "ended") {
        if (cause instanceof Refused && cause.status === 403) {
          this.#unread();
          this.#pour();
          setTimeout(() => this.#ended(), FAREWELL);
        } else {
          socket?.close();
          this.#lose();
        }
      }
      return;
    }
    if (socket !== this.#socket || (this.phase as Phase) === "ended") return;
    this.#caughtUp = true;
    this.#mark = this.#log.last?.Id ?? "";
    this.#attempts = 0;
    this.phase = "live";
    this.#telling.again();
    void this.#askQuiet();
    if (this.side === "CUSTOMER") void this.#fill();
    for (const draft of this.#stuck.splice(0)) {
      this.#change(draft.key, { state: "sending" });
      this.#send(draft);
    }
  }

  async #readOn(): Promise<void> {
    let next: string | undefined;
    do {
      const page = await this.#api.after(this.#mark, next);
      this.#hear(page.items, "after");
      next = page.next;
    } while (next);
  }

  async #readPast(token?: string): Promise<void> {
    const page = await this.#api.before(token);
    this.#since = page.items[0]?.AbsoluteTime ?? this.#since ?? "";
    this.#pastToken = page.next;
    this.#hear(page.items, "before");
    this.older = page.next !== undefined;
    this.#pour();
  }

  /** A chat that has just begun shows the end of the one that it continues, too. */
  async #fill(): Promise<void> {
    try {
      while (this.older && this.shown.length < ENOUGH) await this.#readPast(this.#pastToken);
    } catch {} // who scrolls up asks again
  }

  #lose(): void {
    if (this.phase === "ended" || this.#closed) return;
    this.phase = "lost";
    this.written.clear();
    const wait = Math.min(500 * 2 ** this.#attempts++, 15_000);
    this.#again = setTimeout(() => void this.#connect(), wait * (0.5 + Math.random() / 2));
  }

  #wake = (): void => {
    if (this.phase !== "lost") return;
    this.#attempts = 0;
    void this.#connect();
  };

  #check = (): void => {
    if (document.visibilityState === "visible") this.#socket?.check();
  };

  #ended(): void {
    if (this.phase === "ended") return;
    this.phase = "ended";
    this.typing = this.place = undefined;
    this.written.clear();
    this.quiet.stop();
    if (!this.ending && !this.silenced) void this.#askQuiet();
    for (const draft of this.#out.splice(0)) this.#change(draft.key, { state: "failed" });
    this.close();
  }

  /** A flood of items is shown a frame at a time, not an item at a time; nothing before the first page of the transcript. */
  #gather(item: Item): void {
    this.#incoming.push(item);
    if (item.ContentType === `${EVENT}chat.ended`) this.#unread();
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#pour();
    }, FRAME);
  }

  /** The transcript of a chat that is over cannot be read any more: what the socket has brought is all there is. */
  #unread(): void {
    this.#since ??= "";
  }

  /**
   * Hears what the socket has brought. The first one of somebody begins where they joined: what is older than the pages that were read is left
   * to those that were not, or there would be a hole between them.
   */
  #pour(): void {
    const since = this.#since;
    if (since === undefined || (this.#closed && this.phase !== "ended")) return;
    const items = this.#incoming.splice(0);
    this.#hear(this.#pastToken === undefined ? items : items.filter((item) => item.Type === "MESSAGEMETADATA" || item.AbsoluteTime >= since), "live");
  }

  #hear(items: readonly Item[], from: "before" | "after" | "live"): void {
    const live = from === "live";
    const kept = items.filter((item) => !this.#passing(item)).map((item) => this.#ofPast(item));
    const fresh = this.#log.add(kept, from === "before");
    this.#show();
    const last = kept.findLast((item) => item.Type !== "MESSAGEMETADATA");
    if (live && this.#caughtUp && last) this.#mark = last.Id;
    for (const item of fresh) this.#note(item, live);
  }

  /** What the customer said in an earlier chat is theirs in this one, too. */
  #ofPast(item: Item): Item {
    return item.RelatedContactId && this.side === "CUSTOMER" && item.ParticipantRole === "CUSTOMER" ? { ...item, ParticipantId: this.seat.participantId } : item;
  }

  async #askQuiet(): Promise<void> {
    if (this.side !== "CUSTOMER") return;
    try {
      const said = await this.#api.quiet(this.seat.participantToken);
      if (this.phase === "ended") this.silenced = said.over;
      else if (!this.#closed) this.quiet.told(said);
    } catch {} // there is no warning then; the next connection asks again
  }

  /** Events that are no part of the transcript. */
  #passing(item: Item): boolean {
    if (item.ContentType?.startsWith(OURS)) return true;
    if (item.ContentType?.startsWith(EVENT)) {
      const name = item.ContentType.slice(EVENT.length);
      const mine = item.ParticipantId === this.seat.participantId;
      switch (name) {
        case "typing":
          if (!mine) this.#types(item.DisplayName ?? "");
          return true;
        case "participant.idle":
        case "participant.returned":
          if (item.ParticipantRole !== "CUSTOMER") return true;
          this.quiet.waits(name === "participant.idle");
          void this.#askQuiet();
          return true;
        case "participant.autodisconnection":
          this.quiet.stop();
          if (item.ParticipantRole === "CUSTOMER" || item.ParticipantRole === "AGENT") this.silenced = item.ParticipantRole;
          return true;
        case "message.delivered":
        case "message.read":
          return true;
      }
    }
    return false;
  }

  #note(item: Item, live: boolean): void {
    if (item.RelatedContactId) return;
    const other = item.ParticipantId !== this.seat.participantId;
    if (item.ContentType === `${EVENT}chat.ended`) this.#ended();
    if (item.ContentType === `${EVENT}participant.joined` && item.ParticipantRole === "AGENT") this.place = undefined;
    if (item.ParticipantRole === "CUSTOMER") this.written.over(item.AbsoluteTime);
    if (live && /participant\.(joined|left)$/.test(item.ContentType ?? "")) void this.#askQuiet(); // whoever comes or goes starts or stops the timers
    if (live && !other && item.Type !== "EVENT") this.quiet.said(); // perhaps on another device
    if (item.Type === "EVENT" || !other) return;
    this.typing = undefined;
    if (item.ParticipantRole === this.#other) this.#receive("message.delivered", item.Id);
    if (live) this.heard(item);
  }

  #types(name: string): void {
    this.typing = name;
    clearTimeout(this.#typingEnds);
    this.#typingEnds = setTimeout(() => (this.typing = undefined), TYPING_LASTS);
  }

  #stand(content: string): void {
    const said = parse<{ PositionInQueue: number; EstimatedWaitSeconds?: number }>(content);
    if (!said || said.PositionInQueue < 1) this.place = undefined;
    else this.place = { position: said.PositionInQueue, ...(said.EstimatedWaitSeconds !== undefined && { wait: said.EstimatedWaitSeconds }) };
  }

  /** Sends a receipt soon; of several the last one goes, and "read" goes before "delivered". */
  #receive(kind: string, id: string): void {
    const receipt = this.#receipt;
    if (receipt.sent === kind + id || (receipt.id === id && receipt.kind === "message.read")) return;
    receipt.kind = kind;
    receipt.id = id;
    receipt.timer ??= setTimeout(() => {
      receipt.timer = undefined;
      receipt.sent = receipt.kind + receipt.id;
      if (this.phase === "live") this.#api.event(receipt.kind, { messageId: receipt.id }).catch(() => {});
    }, RECEIPTS);
  }

  #send(draft: Draft): void {
    this.#out.push(draft);
    void this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    for (let tries = 0; this.#out[0]; ) {
      const draft = this.#out[0];
      try {
        this.#log.taken(draft.key, await this.#api.send(draft.contentType, draft.content, draft.key));
        this.quiet.said();
        this.silenced = undefined;
        this.#show();
      } catch (cause) {
        if (this.#out[0] !== draft) continue; // the chat ended meanwhile
        if (cause instanceof Refused && cause.passing && ++tries < TRIES && this.phase !== "lost") {
          await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** tries));
          continue;
        }
        this.#fail(draft, cause);
      }
      if (this.#out[0] === draft) this.#out.shift();
      tries = 0;
    }
    this.#flushing = false;
  }

  #fail(draft: Draft, cause: unknown): void {
    const refused = cause instanceof Refused ? cause : undefined;
    if (refused?.status === 403 && this.phase === "live") {
      void this.#connect(); // the token is too old, or the chat is over: this tells
      this.#stuck.push(draft);
    } else if (refused?.passing) this.#stuck.push(draft);
    this.#change(draft.key, { state: "failed", ...ofText(cause, draft.content) });
  }

  async #upload(key: string): Promise<void> {
    const upload = this.#uploads.get(key);
    if (!upload) return;
    const { file, abort } = upload;
    try {
      const { AttachmentId, UploadMetadata } = await this.#api.startUpload(file, crypto.randomUUID());
      const draft = this.lines.find((line) => line.key === key);
      if (!draft) return;
      this.#change(key, { item: { ...draft.item, Attachments: [{ AttachmentId, AttachmentName: file.name, ContentType: file.type, Status: "IN_PROGRESS" }] } });
      await put(UploadMetadata.Url, UploadMetadata.HeadersToInclude, file, (progress) => this.#change(key, { progress }), abort.signal);
      await this.#api.completeUpload(AttachmentId, crypto.randomUUID());
      this.#uploads.delete(key);
    } catch (cause) {
      if (abort.signal.aborted) return;
      this.#change(key, { state: "failed", ...ofFile(cause, file) });
    }
  }

  #change(key: string, change: Partial<Line>): void {
    this.#log.change(key, change);
    this.#show();
  }

  #show(): void {
    this.lines = this.#log.lines;
    this.shown = this.#log.shown;
  }
}
