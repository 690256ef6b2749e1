// The page that the widget lies in, if it lies in one: what the loader and the frame tell one another. Nothing private goes out,
// because any of the widget's sites may be listening.
export interface Host {
  open: boolean;
  token?: string | undefined; // signed by the site: who its customer is; there and undefined: nobody is signed in
}

const framed = window.parent !== window;
let site = ""; // the origin of the page

/** Tells the page; at the top there is nobody to tell. */
export function tell(message: { ready?: true; close?: true; unread?: number }): void {
  if (framed) window.parent.postMessage({ parley: message }, "*");
}

/** Hears from the page. At the top the window counts as open. */
export function hear(changed: (host: Host) => void): void {
  if (!framed) {
    changed({ open: true });
    return;
  }
  addEventListener("message", (event) => {
    if (event.source !== window.parent || !event.data?.parley) return;
    site = event.origin;
    changed(event.data.parley as Host);
  });
  tell({ ready: true });
}

export const closable = framed;

/** Where the chat is. Of a page of another site a frame knows no more than the site. */
export function page(): string {
  try {
    return window.parent.location.href; // at the top it is the page itself
  } catch {
    return site && `${site}/`;
  }
}
