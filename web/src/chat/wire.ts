// The participant API, spoken directly: the customer's side of a chat over HTTP. No signature is needed; the token is the whole permission.

export const EVENT = "application/vnd.amazonaws.connect.event.";
export const OURS = "application/vnd.parley.event."; // are pushed under topics of their own, and no part of a chat
export const MESSAGE = "application/vnd.amazonaws.connect.message.";
export const INTERACTIVE = `${MESSAGE}interactive`;
export const RESPONSE = `${MESSAGE}interactive.response`;

export interface Attachment {
  AttachmentId: string;
  AttachmentName: string;
  ContentType: string;
  Status: "APPROVED" | "REJECTED" | "IN_PROGRESS";
}

export interface Receipt {
  DeliveredTimestamp?: string;
  ReadTimestamp?: string;
  RecipientParticipantId?: string;
}

/** One item of the transcript, as the sockets bring it and GetTranscript tells it. */
export interface Item {
  Id: string;
  AbsoluteTime: string;
  Type: "MESSAGE" | "EVENT" | "ATTACHMENT" | "MESSAGEMETADATA";
  ContentType?: string;
  Content?: string;
  ParticipantId?: string;
  ParticipantRole?: "CUSTOMER" | "AGENT" | "SUPERVISOR" | "SYSTEM" | "CUSTOM_BOT";
  DisplayName?: string;
  RelatedContactId?: string; // it was said in an earlier chat, which this one continues
  Attachments?: Attachment[];
  MessageMetadata?: { MessageId?: string; Receipts?: Receipt[]; MessageProcessingStatus?: string };
}

export interface Connection {
  url: string;
  token: string;
  expires: number; // milliseconds since 1970
}

export interface Sent {
  Id: string;
  AbsoluteTime: string;
}

/** How a chat stands with the silence of its customer. */
export interface Silence {
  idle: boolean; // the others wait
  alarm: boolean; // they say when they begin to wait
  ends_in_ms?: number; // until they leave
  allowed_ms?: number; // the same from something that is said now
  over?: "CUSTOMER" | "AGENT"; // who said nothing for so long that the chat has ended
}

export interface Page {
  items: Item[];
  next?: string;
}

/** What the server refused. status 0 says that it was not reached. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    message: string,
  ) {
    super(message);
  }

  /** Whether the same call may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** request sends JSON and reads JSON; whatever goes wrong is a Refused. */
export async function request<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
      keepalive: method === "DELETE", // who signs out is often led to another page at once
    });
  } catch (cause) {
    throw new Refused(0, "Unreachable", String(cause));
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said as T;
  const { error, message, Message } = said as { error?: string; message?: string; Message?: string };
  throw new Refused(answer.status, answer.headers.get("x-amzn-ErrorType") ?? error ?? "", message ?? Message ?? answer.statusText);
}

/** call posts JSON, or asks where there is nothing to post. */
export function call<T>(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  return request<T>(body === undefined ? "GET" : "POST", path, body, headers);
}

/** Calls the operations with one token; connect takes the participant's, the others that of a connection. */
export class Api {
  token = "";

  #call<T>(operation: string, body: unknown): Promise<T> {
    return call<T>(`/participant/${operation}`, body, { "X-Amz-Bearer": this.token });
  }

  async connect(participantToken: string): Promise<Connection> {
    interface Answer {
      Websocket: { Url: string };
      ConnectionCredentials: { ConnectionToken: string; Expiry: string };
    }
    const answer = await call<Answer>("/participant/connection", { Type: ["WEBSOCKET", "CONNECTION_CREDENTIALS"] }, { "X-Amz-Bearer": participantToken });
    this.token = answer.ConnectionCredentials.ConnectionToken;
    return { url: answer.Websocket.Url, token: this.token, expires: Date.parse(answer.ConnectionCredentials.Expiry) };
  }

  /** Of a chat that is over, too. */
  quiet(participantToken: string): Promise<Silence> {
    return call("/participant/quiet", undefined, { "X-Amz-Bearer": participantToken });
  }

  send(ContentType: string, Content: string, ClientToken: string): Promise<Sent> {
    return this.#call("message", { ContentType, Content, ClientToken });
  }

  event(name: string, content?: object): Promise<Sent> {
    return this.#call("event", { ContentType: EVENT + name, Content: content && JSON.stringify(content) });
  }

  /** Shows the others what is written so far, at a path that the widget told. */
  async preview(path: string, text: string): Promise<void> {
    await this.ask("POST", path, { text });
  }

  /** Asks something that the widget offers to who takes part. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return request<T>(method, path, body, { "X-Amz-Bearer": this.token });
  }

  /** The items after one that is known, oldest first, one page at a time. */
  async after(id: string, next?: string): Promise<Page> {
    const from = next ? { NextToken: next } : { StartPosition: { Id: id } };
    return this.#page({ ...from, ScanDirection: "FORWARD", SortOrder: "ASCENDING", MaxResults: 100 });
  }

  /** The newest items, or with a token those before, oldest first. */
  async before(next?: string): Promise<Page> {
    return this.#page({ ScanDirection: "BACKWARD", SortOrder: "ASCENDING", MaxResults: 100, NextToken: next });
  }

  async #page(body: object): Promise<Page> {
    const { Transcript, NextToken } = await this.#call<{ Transcript: Item[]; NextToken?: string }>("transcript", body);
    return NextToken ? { items: Transcript, next: NextToken } : { items: Transcript };
  }

  async disconnect(): Promise<void> {
    await this.#call("disconnect", { ClientToken: crypto.randomUUID() });
  }

  startUpload(file: File, ClientToken: string): Promise<{ AttachmentId: string; UploadMetadata: { Url: string; HeadersToInclude: Record<string, string> } }> {
    return this.#call("start-attachment-upload", { AttachmentName: file.name, AttachmentSizeInBytes: file.size, ContentType: typeOf(file), ClientToken });
  }

  async completeUpload(id: string, ClientToken: string): Promise<void> {
    await this.#call("complete-attachment-upload", { AttachmentIds: [id], ClientToken });
  }

  async fileUrl(AttachmentId: string): Promise<string> {
    return (await this.#call<{ Url: string }>("attachment", { AttachmentId })).Url;
  }

  view(token: string): Promise<{ View: View }> {
    return call(`/participant/views/${encodeURIComponent(token)}`, undefined, { "X-Amz-Bearer": this.token });
  }
}

export interface View {
  Name: string;
  Content: { Template: string; InputSchema: string; Actions: string[] };
}

/** Some browsers know no type of some files; the server decides by name and content anyway. */
function typeOf(file: File): string {
  return file.type || "application/octet-stream";
}

/** put uploads a file, telling how much of it has gone, from 0 to 1. */
export function put(url: string, headers: Record<string, string>, file: File, progress: (part: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) if (name.toLowerCase() !== "content-length") request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.loaded / Math.max(event.total, 1));
    request.onload = () => (request.status < 300 ? resolve() : reject(new Refused(request.status, "Upload", request.statusText)));
    request.onerror = () => reject(new Refused(0, "Unreachable", "The upload was cut off"));
    request.onabort = () => reject(new DOMException("The upload was stopped", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
