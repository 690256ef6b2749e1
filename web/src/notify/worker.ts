// The service worker of one widget: shows what its customer is told while no page of the chat is there, and leads to the page.
import { told, type Told } from "./told";
import { CACHE, kept, type Words } from "./words";

/** What of a service worker is used here. */
interface Worker {
  registration: ServiceWorkerRegistration;
  clients: { matchAll(which: object): Promise<(Client & { focus(): Promise<unknown> })[]>; openWindow(url: string): Promise<unknown> };
  addEventListener(type: "push", hear: (event: Event & { data: { text(): string } | null; waitUntil(done: Promise<unknown>): void }) => void): void;
  addEventListener(type: "notificationclick", hear: (event: Event & { notification: Notification; waitUntil(done: Promise<unknown>): void }) => void): void;
}
interface Client {
  url: string;
  frameType: string;
}

const worker = globalThis as unknown as Worker;

worker.addEventListener("push", (event) => event.waitUntil(show(event.data?.text() ?? "")));
worker.addEventListener("notificationclick", (event) => event.waitUntil(go(event.notification)));

async function words(): Promise<Partial<Words>> {
  try {
    const found = await (await caches.open(CACHE)).match(kept(worker.registration.scope));
    return ((await found?.json()) as Words | undefined) ?? {};
  } catch {
    return {};
  }
}

async function show(payload: string): Promise<void> {
  const { title, ...options } = told(payload, await words());
  await worker.registration.showNotification(title, options);
}

/** Goes to the page with the chat: the one that is open, where the browser lets it be found, or else another one. */
async function go(notification: Notification): Promise<void> {
  notification.close();
  const page = (notification.data as Told["data"] | null)?.page || new URL("frame", worker.registration.scope).href;
  const bare = (url: string) => url.split("#")[0];
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((window) => window.frameType === "top-level" && bare(window.url) === bare(page));
  await (there ? there.focus() : worker.clients.openWindow(page));
}
