// What the window that asks and the chat that opened it say to one another; both are pages of this server, and hear nobody else.

/** Says the window: what its browser has subscribed, or that it may not, or cannot. */
export type Asked = { subscription: PushSubscriptionJSON } | { trouble: "forbidden" | "unable" };

/** Says the chat: whether the server took it. */
export type Answered = { taken: boolean };

export function send(to: Window, message: Asked | Answered): void {
  to.postMessage({ parleyNotify: message }, location.origin);
}

/** Hears a window of this origin until the result is called. */
export function listen<T extends Asked | Answered>(from: Window, heard: (message: T) => void): () => void {
  const hear = (event: MessageEvent): void => {
    if (event.source === from && event.origin === location.origin && event.data?.parleyNotify) heard(event.data.parleyNotify as T);
  };
  addEventListener("message", hear);
  return () => removeEventListener("message", hear);
}

/** Whether a browser has what it takes. */
export const able = isSecureContext && "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
