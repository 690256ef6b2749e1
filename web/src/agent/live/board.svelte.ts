// What supervisors see of everybody's work, read anew two seconds after the last reading while somebody looks, and the chats that they watch.
import type { Answer } from "../../api/api";
import type { AgentAtWork, HeldContact } from "../../api/openapi";
import { repeat } from "../../ui/repeat";
import type { Desk } from "../desk.svelte";
import { Talk } from "../talk.svelte";

/** A chat that can be reassigned; from is the queue that it waits in. */
export interface Held {
  contact_id: string;
  customer: string;
  from?: string;
}

export type QueueAtWork = Answer<"GET /api/supervise/queues">["queues"][number];

const EVERY = 2_000; // milliseconds from one reading to the next
const WATCHED = "parley:watched"; // by this tab, so that it goes on after a reload

/** A chat that is watched, and whether one takes part. */
export interface Watched {
  talk: Talk;
  agent: string; // the name of who had it when one began
  agentId: string;
  part: boolean;
}

export class Board {
  agents = $state.raw<readonly AgentAtWork[]>();
  queues = $state.raw<readonly QueueAtWork[]>();
  old = $state(false); // the last reading failed
  watched = $state.raw<Watched>();
  done = $state(""); // what was done last, in words

  #stop = (): void => {};

  constructor(readonly desk: Desk) {}

  open(): void {
    this.#stop = repeat(EVERY, () => this.read());
    const kept = sessionStorage.getItem(WATCHED);
    if (kept) this.#show(JSON.parse(kept) as { held: HeldContact; agent: string; agentId: string; part: boolean });
  }

  close(): void {
    this.#stop();
    this.watched?.talk.close();
  }

  get #api() {
    return this.desk.session.api;
  }

  async read(): Promise<void> {
    try {
      const [agents, queues] = await Promise.all([this.#api.ask("GET /api/supervise/contacts"), this.#api.ask("GET /api/supervise/queues")]);
      this.agents = agents.agents;
      this.queues = queues.queues;
      this.old = false;
    } catch {
      this.old = true;
    }
  }

  /** Does something to the board and reads it anew; says why it failed. */
  async does(what: string, deed: () => Promise<unknown>): Promise<boolean> {
    this.done = "";
    const ok = await this.desk.does(what, deed);
    void this.read();
    return ok;
  }

  async watch(held: HeldContact, agent: string, agentId: string): Promise<void> {
    if (this.watched) await this.leave();
    await this.does(`watch ${held.contact_id}`, async () => {
      await this.#api.ask("POST /api/supervise/contacts/{contact}/monitor", { path: { contact: held.contact_id } });
      this.#show({ held, agent, agentId, part: false });
    });
  }

  async barge(part: boolean): Promise<void> {
    const { watched } = this;
    if (!watched) return;
    await this.does("barge", async () => {
      await this.#api.ask("POST /api/supervise/contacts/{contact}/barge", { path: { contact: watched.talk.id }, body: { in: part } });
      this.watched = { ...watched, part };
      this.#keep();
    });
  }

  async leave(): Promise<void> {
    const { watched } = this;
    if (!watched) return;
    this.watched = undefined;
    this.#keep();
    watched.talk.forget();
    if (watched.talk.chat?.phase !== "ended") await this.does("leave", () => this.#api.ask("POST /api/supervise/contacts/{contact}/leave", { path: { contact: watched.talk.id } }));
  }

  takeOver(): Promise<boolean> {
    const { talk, agentId } = this.watched!;
    return this.does("take over", () => this.#api.ask("POST /api/supervise/contacts/{contact}/take-over", { path: { contact: talk.id }, body: { user_id: agentId } }));
  }

  whisper(text: string): Promise<boolean> {
    return this.does("whisper", () => this.#api.ask("POST /api/supervise/contacts/{contact}/whisper", { path: { contact: this.watched!.talk.id }, body: { text } }));
  }

  /** from: it is left where it is, if it does not wait there any more. */
  reassign(contact: string, from: string | undefined, to: { user_id: string } | { queue_id: string }): Promise<boolean> {
    return this.does(`reassign ${contact}`, () => this.#api.ask("POST /api/supervise/contacts/{contact}/reassign", { path: { contact }, body: { ...to, ...(from && { from_queue_id: from }) } }));
  }

  setStatus(user: string, status_id: string): Promise<boolean> {
    return this.does(`status ${user}`, () => this.#api.ask("PUT /api/supervise/agents/{user}/status", { path: { user }, body: { status_id } }));
  }

  #show({ held, agent, agentId, part }: { held: HeldContact; agent: string; agentId: string; part: boolean }): void {
    const talk = new Talk(held, this.#api, () => {}, "GET /api/supervise/contacts/{contact}/token");
    this.watched = { talk, agent, agentId, part };
    this.#keep();
    void talk.open();
  }

  #keep(): void {
    const { watched } = this;
    if (watched) sessionStorage.setItem(WATCHED, JSON.stringify({ ...watched, talk: undefined, held: watched.talk.held }));
    else sessionStorage.removeItem(WATCHED);
  }
}

/** A user's name as people say it. */
export function nameOf({ first_name, last_name, username }: AgentAtWork["user"]): string {
  return [first_name, last_name].filter(Boolean).join(" ") || username;
}

