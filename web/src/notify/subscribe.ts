// Subscribes this browser to what is said in the chats of one widget.
import { CACHE, kept, type Words } from "./words";

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

const WORKER = "notify.js"; // beside this page, so that its scope is the widget's

/** The one script that the page's policy trusts to be a worker. */
function trusted(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  return types ? types.createPolicy("parley-worker", { createScriptURL: () => new URL(WORKER, location.href).href }).createScriptURL(WORKER) : WORKER;
}

let script: string | undefined; // a policy of a name is made once

/** Registers the worker, tells it what it says, and subscribes with the server's key. */
export async function subscribe(applicationServerKey: string, words: Words): Promise<PushSubscriptionJSON> {
  await navigator.serviceWorker.register((script ??= trusted()));
  const { pushManager, scope } = await navigator.serviceWorker.ready;
  await (await caches.open(CACHE)).put(kept(scope), new Response(JSON.stringify(words)));
  const wanted = { userVisibleOnly: true, applicationServerKey };
  try {
    return (await pushManager.subscribe(wanted)).toJSON();
  } catch (cause) {
    const old = await pushManager.getSubscription();
    if (!old) throw cause;
    await old.unsubscribe(); // it was for a key that the server had before
    return (await pushManager.subscribe(wanted)).toJSON();
  }
}
