// One websocket of a chat. It is good until it is silent for too long; whoever holds it then opens another.
import type { Item } from "./wire";

const BEAT = 10_000; // milliseconds between heartbeats (Amazon Connect's clients)
const PATIENCE = 5_000; // how long an answer may take

export interface Handlers {
  ready(): void; // the chat's items come from now on
  item(item: Item): void;
  queue(content: string): void;
  preview?(item: Item): void; // what a customer writes, for who works on the chat
  lost(): void; // once, unless close was called
}

export class Socket {
  #socket: WebSocket;
  #beat: ReturnType<typeof setInterval>;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor(
    url: string,
    readonly handlers: Handlers,
  ) {
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => {
      this.#send({ topic: "aws/subscribe", content: { topics: ["aws/chat", this.handlers.preview ? "parley/preview" : "parley/queue"] } });
      this.check();
    };
    this.#socket.onmessage = (event) => this.#frame(String(event.data));
    this.#socket.onclose = () => this.#lose();
    this.#socket.onerror = () => this.#lose();
    this.#beat = setInterval(() => this.check(), BEAT);
    this.#expect(2 * PATIENCE);
  }

  /** Asks for a sign of life; without one the socket is lost. */
  check(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#send({ topic: "aws/heartbeat" });
    this.#expect(PATIENCE);
  }

  close(): void {
    this.#stop();
    this.#socket.close(1000);
  }

  #send(frame: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #expect(within: number): void {
    this.#deadline ??= setTimeout(() => this.#lose(), within);
  }

  #stop(): void {
    this.#over = true;
    clearInterval(this.#beat);
    clearTimeout(this.#deadline);
  }

  #lose(): void {
    if (this.#over) return;
    this.#stop();
    this.#socket.close();
    this.handlers.lost();
  }

  #frame(data: string): void {
    if (this.#over) return;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    const frame = parse<{ topic?: string; content?: unknown }>(data);
    if (frame?.topic === "aws/subscribe") {
      const { status, topics } = frame.content as { status: string; topics: string[] };
      if (topics.includes("aws/chat")) status === "success" ? this.handlers.ready() : this.#lose();
      return;
    }
    if (typeof frame?.content !== "string") return;
    const item = parse<Item>(frame.content);
    if (!item) return;
    if (frame.topic === "aws/chat") this.handlers.item(item);
    if (frame.topic === "parley/preview") this.handlers.preview?.(item);
    if (frame.topic === "parley/queue") this.handlers.queue(item.Content ?? "");
  }
}

/** parse reads JSON, undefined where it is none. */
export function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
