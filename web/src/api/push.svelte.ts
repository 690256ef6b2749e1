// The websocket that tells what changes for who is signed in. It promises: while it is live, what it told last is how things stand; a connection
// that is dead without a word is found out within seconds.
import { parse } from "../chat/socket";
import { Refused } from "../chat/wire";
import type { Api } from "./api";

const CHECK = 10_000; // milliseconds between looks whether the server still answers
const REVOKED = 4401; // the code with which the server ends the socket of a sign-in that is over

export class Push {
  phase = $state<"connecting" | "live" | "lost">("connecting");

  #socket: WebSocket | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #check: ReturnType<typeof setInterval> | undefined;
  #attempts = 0;
  #closed = false;

  constructor(
    readonly api: Api,
    readonly told: (frame: { type: string }) => void,
  ) {}

  open(): void {
    addEventListener("online", this.hurry);
    addEventListener("offline", this.#look);
    document.addEventListener("visibilitychange", this.#look);
    this.#check = setInterval(this.#look, CHECK);
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    removeEventListener("online", this.hurry);
    removeEventListener("offline", this.#look);
    document.removeEventListener("visibilitychange", this.#look);
    clearInterval(this.#check);
    clearTimeout(this.#again);
    this.#socket?.close();
  }

  /** Tries to connect now instead of later. */
  hurry = (): void => {
    if (this.phase !== "lost") return;
    this.#attempts = 0;
    this.#connect();
  };

  #connect(): void {
    clearTimeout(this.#again);
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/socket`);
    this.#socket?.close();
    this.#socket = socket;
    const slow = setTimeout(() => this.#lose(socket), CHECK);
    socket.onmessage = (event) => {
      const frame = parse<{ type: string }>(String(event.data));
      if (socket !== this.#socket || !frame) return;
      if (frame.type === "open") {
        clearTimeout(slow);
        this.phase = "live";
        this.#attempts = 0;
      }
      this.told(frame);
    };
    socket.onclose = (event) => {
      clearTimeout(slow);
      this.#lose(socket, event.code === REVOKED);
    };
  }

  #lose(socket: WebSocket, revoked = false): void {
    if (socket !== this.#socket || this.#closed) return;
    this.#socket = undefined;
    socket.close();
    this.phase = "lost";
    if (revoked) void this.api.ask("GET /api/me").catch(() => {}); // tells whether the sign-in is over, or only what it allows less
    const wait = Math.min(500 * 2 ** this.#attempts++, 15_000);
    this.#again = setTimeout(() => this.#connect(), wait * (0.5 + Math.random() / 2));
  }

  #look = async (): Promise<void> => {
    const socket = this.#socket;
    if (!socket || this.phase !== "live" || document.visibilityState === "hidden") return;
    try {
      await this.api.ask("GET /api/me");
    } catch (cause) {
      if (cause instanceof Refused && cause.status === 0) this.#lose(socket);
    }
  };
}
