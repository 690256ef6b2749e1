// Our own API under /api/, as openapi.json describes it: ask("PUT /api/agent/status", { body: { status_id } }). What it refuses is a Refused.
import { Refused, request } from "../chat/wire";
import { common } from "../i18n/common";
import type { Routes } from "./openapi";

export type Route = keyof Routes;
/** What a route takes, and answers. */
export type Given<R extends Route> = Omit<Routes[R], "answer">;
export type Answer<R extends Route> = Routes[R]["answer"];

type Arguments<R extends Route> = Record<never, never> extends Given<R> ? [given?: Given<R>] : [given: Given<R>];

/** What a page knows of its sign-in. The cookie itself is the browser's. */
export class Api {
  csrf = "";
  /** Called when the sign-in is over. */
  signedOut: () => void = () => {};

  ask = async <R extends Route>(route: R, ...[given]: Arguments<R>): Promise<Answer<R>> => {
    const [method, pattern] = route.split(" ") as [string, string];
    const { path = {}, query = {}, body } = (given ?? {}) as { path?: Record<string, string>; query?: Record<string, string | undefined>; body?: unknown };
    const filled = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
    const asked = new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))).toString();
    try {
      return await request<Answer<R>>(method, asked ? `${filled}?${asked}` : filled, body, method === "GET" ? {} : { "X-CSRF-Token": this.csrf });
    } catch (cause) {
      if (cause instanceof Refused && cause.status === 401 && route !== "POST /api/login") this.signedOut();
      throw cause;
    }
  };
}

/** Why something was refused, in words. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Refused)) return common.trouble;
  if (cause.status === 0) return common.unreachable;
  if (cause.status === 429) return common.tooMany;
  if (cause.status >= 500) return common.trouble;
  return cause.message || common.trouble;
}
