// Who shows the widget: a page of a site, whose loader holds it in a frame, or an app, whose web view has it as its whole page. Nothing private goes to
// a site's page, because any of the widget's sites may be listening.
export interface Host {
  open: boolean;
  token?: string | undefined; // signed by the site: who its customer is; there and undefined: nobody is signed in
}

interface Told {
  ready?: true;
  close?: true;
  unread?: number;
  save?: { name: string; text: string }; // to an app alone
}

/** How an app hears: a handler of the name parleyApp that takes JSON. Android has it in the window, WebKit among its own. */
interface App {
  postMessage(message: string): void;
}

declare global {
  interface Window {
    parleyToken?: string; // what an app says about its customer before the page begins
    parleyApp?: App;
    webkit?: { messageHandlers?: { parleyApp?: App } };
  }
}

/** Whether another page holds this one. */
export const framed = window.parent !== window;
const app = framed ? undefined : (window.parleyApp ?? window.webkit?.messageHandlers?.parleyApp);

/** Tells the site's page, or the app; a page that is opened by itself has nobody to tell. */
export function tell(message: Told): void {
  if (framed) window.parent.postMessage({ parley: message }, "*");
  else app?.postMessage(JSON.stringify(message));
}

let site = ""; // the origin of the site's page
let hearing: ((host: Host) => void) | undefined;
let token: { token: string | undefined } | undefined; // what was said so far
if (!framed) {
  if (window.parleyToken) token = { token: window.parleyToken };
  delete window.parleyToken;
  window.parley = {
    open() {}, // it is
    close: () => tell({ close: true }),
    identify(signed) {
      token = { token: signed };
      hearing?.({ open: true, ...token });
    },
  };
}

/** Hears from the site's page. At the top the window counts as open, and an app may say who is there at any time. */
export function hear(changed: (host: Host) => void): void {
  hearing = changed;
  if (!framed) changed({ open: true, ...token });
  else
    addEventListener("message", (event) => {
      if (event.source !== window.parent || !event.data?.parley) return;
      site = event.origin;
      changed(event.data.parley as Host);
    });
  tell({ ready: true });
}

/** Whether somebody closes the window when they are told. */
export const closable = framed || app !== undefined;

/** Hands a file to the app; false where no app takes it. */
export function hand(name: string, text: string): boolean {
  if (app) tell({ save: { name, text } });
  return app !== undefined;
}

/** Where the chat is. Of a page of another site a frame knows no more than the site. */
export function page(): string {
  try {
    return window.parent.location.href; // at the top it is the page itself
  } catch {
    return site && `${site}/`;
  }
}
