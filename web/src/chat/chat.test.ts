import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Chat } from "./chat.svelte";
import { Telling } from "./preview.svelte";
import { EVENT, Refused, type Item } from "./wire";

/** The websockets that were opened. */
let sockets: FakeSocket[];
class FakeSocket {
  static readonly OPEN = 1;
  readyState = 1;
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: () => void;
  constructor() {
    sockets.push(this);
  }
  send(frame: string): void {
    if (frame.includes("heartbeat")) queueMicrotask(() => this.says("aws/heartbeat", ""));
  }
  close(): void {}
  says(topic: string, content: unknown): void {
    this.onmessage?.({ data: JSON.stringify({ topic, content }) });
  }
}

let asked: string[];
let connection: () => Promise<unknown>; // what the next connection comes to
const answer = { Websocket: { Url: "ws://x" }, ConnectionCredentials: { ConnectionToken: "t", Expiry: new Date(Date.now() + 86_400_000).toISOString() } };

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  asked = [];
  connection = async () => answer;
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("removeEventListener", () => {});
  vi.stubGlobal("document", { addEventListener: () => {}, removeEventListener: () => {}, visibilityState: "visible" });
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    const said = path.endsWith("/connection") ? await connection() : { Transcript: [] };
    return { ok: true, json: async () => said };
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const connections = () => asked.filter((path) => path.endsWith("/connection")).length;
const item = (Id: string, more: Partial<Item> = {}) => JSON.stringify({ Id, AbsoluteTime: `2027-01-01T00:00:0${Id}.000Z`, Type: "MESSAGE", ContentType: "text/plain", Content: Id, ParticipantId: "other", ParticipantRole: "AGENT", ...more });
const soon = () => vi.advanceTimersByTimeAsync(100);

/** A chat that is live, and what is heard of it. */
async function live(): Promise<{ chat: Chat; heard: string[]; socket: FakeSocket }> {
  const heard: string[] = [];
  const chat = new Chat({ contactId: "c", participantId: "me", participantToken: "p" }, ({ Id }) => heard.push(Id));
  chat.open();
  await soon();
  const socket = sockets[0]!;
  socket.onopen?.();
  socket.says("aws/subscribe", { status: "success", topics: ["aws/chat"] });
  await soon();
  expect(chat.phase).toBe("live");
  return { chat, heard, socket };
}

test("a chat that was left while it connected opens no socket", async () => {
  let connected = (_: unknown): void => {};
  connection = () => new Promise((resolve) => (connected = resolve));
  const chat = new Chat({ contactId: "c", participantId: "me", participantToken: "p" });
  chat.open();
  await soon();
  chat.close();
  connected(answer);
  await soon();
  expect(sockets).toEqual([]);
});

test("a chat that was left while it tried to connect does not try again", async () => {
  let failed = (_: unknown): void => {};
  connection = () => new Promise((_, reject) => (failed = reject));
  const chat = new Chat({ contactId: "c", participantId: "me", participantToken: "p" });
  chat.open();
  await soon();
  chat.close();
  failed(new Error("no network"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(connections()).toBe(1);
});

test("what comes while a chat is left is not heard; what came before its end is", async () => {
  const left = await live();
  left.socket.says("aws/chat", item("1"));
  left.chat.close();
  await soon();
  expect([left.heard, left.chat.lines]).toEqual([[], []]);

  sockets = [];
  const ended = await live();
  ended.socket.says("aws/chat", item("1"));
  ended.chat.over();
  await soon();
  expect(ended.heard).toEqual(["1"]);
  expect(ended.chat.phase).toBe("ended");
});

test("a chat that is opened again after it was left goes on", async () => {
  const { chat, heard } = await live();
  chat.close();
  sockets = [];
  chat.open();
  await soon();
  sockets[0]!.says("aws/subscribe", { status: "success", topics: ["aws/chat"] });
  sockets[0]!.says("aws/chat", item("2"));
  await soon();
  expect(heard).toEqual(["2"]);
});

test("what a customer writes is told in order, the last of what comes quickly, and not before the chat is live", async () => {
  const told: string[] = [];
  vi.stubGlobal("fetch", async (path: string, { body }: { body: string }) => {
    if (path === "/typing") told.push((JSON.parse(body) as { text: string }).text);
    return { ok: true, json: async () => (path.endsWith("/connection") ? answer : { Transcript: [] }) };
  });
  const early = new Chat({ contactId: "c", participantId: "me", participantToken: "p" });
  early.write("/typing", "early");
  const { chat } = await live();
  for (const written of ["H", "He", "Hel"]) chat.write("/typing", written);
  await soon();
  expect(told).toEqual(["H"]);
  await vi.advanceTimersByTimeAsync(700);
  expect(told).toEqual(["H", "Hel"]);
  chat.write("/typing", "");
  await vi.advanceTimersByTimeAsync(700);
  expect(told).toEqual(["H", "Hel", ""]);
});

test("what a customer writes is shown until it is sent, deleted, lost or a minute old", async () => {
  const chat = new Chat({ contactId: "c", participantId: "me", participantToken: "p" }, () => {}, "AGENT");
  chat.open();
  await soon();
  const [socket] = sockets as [FakeSocket];
  socket.says("aws/subscribe", { status: "success", topics: ["aws/chat"] });
  await soon();
  const writes = (second: number, Content?: string) => socket.says("parley/preview", item(String(second), { Type: "EVENT", ContentType: "application/vnd.parley.event.typing.preview", ParticipantRole: "CUSTOMER", ...(Content !== undefined ? { Content } : { Content: "" }) }));
  writes(1, "Hel");
  expect(chat.written.text).toBe("Hel");
  writes(3, "Hello");
  writes(2, "Hell"); // late
  expect(chat.written.text).toBe("Hello");
  socket.says("aws/chat", item("4", { ParticipantRole: "CUSTOMER" }));
  await soon();
  expect(chat.written.text).toBe("");
  writes(3, "Hello"); // late
  expect(chat.written.text).toBe("");
  writes(5, "And");
  writes(6);
  expect(chat.written.text).toBe("");
  writes(7, "And more");
  await vi.advanceTimersByTimeAsync(59_000);
  expect(chat.written.text).toBe("And more");
  socket.says("aws/chat", item("8", { Type: "EVENT", ContentType: `${EVENT}typing`, ParticipantRole: "CUSTOMER" }));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(chat.written.text).toBe("");
});

test("a customer whose chat has few lines sees the end of the one before at once", async () => {
  const pages: Record<string, unknown> = {
    "": { Transcript: [JSON.parse(item("3"))], NextToken: "earlier" },
    earlier: { Transcript: [JSON.parse(item("2", { RelatedContactId: "before" }))], NextToken: "earliest" },
    earliest: { Transcript: [JSON.parse(item("1", { RelatedContactId: "before" }))] },
  };
  vi.stubGlobal("fetch", async (path: string, { body }: { body?: string } = {}) => {
    const asks = JSON.parse(body ?? "{}") as { NextToken?: string; StartPosition?: object };
    const page = asks.StartPosition ? { Transcript: [] } : pages[asks.NextToken ?? ""];
    return { ok: true, json: async () => (path.endsWith("/connection") ? answer : path.endsWith("/transcript") ? page : {}) };
  });
  const { chat } = await live();
  expect([chat.lines.map(({ item }) => item.Id), chat.older]).toEqual([["1", "2", "3"], false]);
});

/** Loses the websocket, and opens another. */
async function again(): Promise<void> {
  const count = sockets.length;
  sockets.at(-1)!.onclose?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sockets.length).toBe(count + 1);
  sockets.at(-1)!.says("aws/subscribe", { status: "success", topics: ["aws/chat"] });
  await soon();
}

test("what an older server takes for an item of the chat is none: it is not shown, and the chat is not read on from it", async () => {
  const from: (string | undefined)[] = [];
  vi.stubGlobal("fetch", async (path: string, { body }: { body?: string } = {}) => {
    if (path.endsWith("/transcript")) from.push((JSON.parse(body!) as { StartPosition?: { Id?: string } }).StartPosition?.Id);
    return { ok: true, json: async () => (path.endsWith("/connection") ? answer : { Transcript: [] }) };
  });
  const { chat, heard, socket } = await live();
  socket.says("aws/chat", item("1"));
  await soon();
  socket.says("aws/chat", item("2", { Type: "EVENT", ContentType: "application/vnd.parley.event.typing.preview" }));
  await soon();
  await again();
  expect([heard, chat.lines.map(({ item }) => item.Id), from]).toEqual([["1"], ["1"], [undefined, "1"]]);
});

test("that nothing is written any more is told until it is taken, for a while, unless it is refused for good", async () => {
  const told: string[] = [];
  let fails: (written: string) => number | undefined = () => undefined;
  const telling = new Telling(async (written) => {
    told.push(written);
    const status = fails(written);
    if (status !== undefined) throw new Refused(status, "", "");
  });
  let failures = 3;
  fails = (written) => (written === "" && failures-- > 0 ? 429 : undefined);
  telling.write("H");
  telling.write("");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told.splice(0)).toEqual(["H", "", "", "", ""]);
  fails = () => 0;
  telling.write("He");
  telling.write("");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told.splice(0)).toEqual(["He", ...Array.from({ length: 20 }, () => "")]);
  fails = () => 403;
  telling.write("Hel");
  telling.write("");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toEqual(["Hel", ""]);
});

test("when the chat is live again, what is written by then is told once more", async () => {
  const told: string[] = [];
  vi.stubGlobal("fetch", async (path: string, { body }: { body: string }) => {
    if (path === "/typing") told.push((JSON.parse(body) as { text: string }).text);
    return { ok: true, json: async () => (path.endsWith("/connection") ? answer : { Transcript: [] }) };
  });
  const { chat, socket } = await live();
  await again();
  expect(told).toEqual([]); // nothing was written
  chat.write("/typing", "Hel");
  await vi.advanceTimersByTimeAsync(1_000);
  await again();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.splice(0)).toEqual(["Hel", "Hel"]);
  socket.onclose?.();
  sockets.at(-1)!.onclose?.();
  chat.write("/typing", "");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([]);
  sockets.at(-1)!.says("aws/subscribe", { status: "success", topics: ["aws/chat"] });
  await soon();
  expect(told).toEqual([""]);
});

test("the warning stays until the server has what the customer says", async () => {
  let status = 400;
  vi.stubGlobal("fetch", async (path: string) => {
    const said = { "/participant/connection": answer, "/participant/quiet": { idle: true, alarm: true }, "/participant/message": { Id: "1", AbsoluteTime: "2027-01-01T00:00:01.000Z" } }[path];
    const ok = path !== "/participant/message" || status === 200;
    return { ok, status: ok ? 200 : status, statusText: "", headers: { get: () => null }, json: async () => (ok ? (said ?? { Transcript: [] }) : {}) };
  });
  const { chat } = await live();
  chat.silenced = "CUSTOMER";
  expect(chat.quiet.warned).toBe(true);
  chat.say("too much");
  await soon();
  expect([chat.quiet.warned, chat.silenced]).toEqual([true, "CUSTOMER"]);
  status = 200;
  chat.say("here I am");
  await soon();
  expect([chat.quiet.warned, chat.silenced]).toEqual([false, undefined]);
});

test("who ends a chat that a survey follows can end it once more", async () => {
  vi.stubGlobal("fetch", async (path: string) => ({ ok: true, status: 200, statusText: "", headers: { get: () => null }, json: async () => (path === "/participant/connection" ? answer : { Transcript: [] }) }));
  const { chat } = await live();
  const ended = chat.end();
  expect(chat.ending).toBe(true);
  await ended;
  await vi.advanceTimersByTimeAsync(2_000);
  expect([chat.phase, chat.ending]).toEqual(["live", false]);
});
