// Who is signed in on this page. It promises: a page shows nothing of somebody whose sign-in is over, in whichever tab or place it ended.
import { Refused } from "../chat/wire";
import { Api, reasonOf } from "./api";
import type { Me } from "./openapi";

export class Session {
  /** asking: not known yet; out: nobody; password: one must be chosen first; in: somebody. */
  phase = $state<"asking" | "out" | "password" | "in">("asking");
  me = $state.raw<Me>();
  trouble = $state(""); // why it is not known

  readonly api = new Api();
  #tabs = new BroadcastChannel("parley-session");

  constructor() {
    this.api.signedOut = () => this.#leave();
    this.#tabs.onmessage = () => void this.look();
  }

  /** Asks who is signed in. */
  async look(): Promise<void> {
    this.trouble = "";
    try {
      this.#enter(await this.api.ask("GET /api/me"));
    } catch (cause) {
      if (!(cause instanceof Refused && cause.status === 401)) this.trouble = reasonOf(cause);
    }
  }

  /** Signs in; answers whether a code is needed, too. */
  async signIn(username: string, password: string, code: string): Promise<boolean> {
    const answer = await this.api.ask("POST /api/login", { body: { username, password, ...(code && { code }) } });
    if (answer.code_needed) return true;
    this.#enter(answer);
    this.#tabs.postMessage("changed");
    return false;
  }

  async choosePassword(old_password: string, new_password: string): Promise<void> {
    this.#enter(await this.api.ask("POST /api/password", { body: { old_password, new_password } }));
    this.#tabs.postMessage("changed");
  }

  async signOut(): Promise<void> {
    const { redirect } = await this.api.ask("POST /api/logout");
    this.#leave();
    this.#tabs.postMessage("changed");
    if (redirect) location.assign(redirect);
  }

  may(...permissions: string[]): boolean {
    return permissions.some((one) => this.me?.permissions.includes(one));
  }

  #enter(me: Me): void {
    this.api.csrf = me.csrf_token;
    this.me = me;
    this.phase = me.password_change_needed ? "password" : "in";
  }

  #leave(): void {
    this.me = undefined;
    this.phase = "out";
  }
}
