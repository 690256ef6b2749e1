// The one line of a site:
//   <script async src="https://chat.example/widget.js" data-widget="INSTANCE/WIDGET"></script>
// It shows a launcher, and at the first click the chat in a frame of the server's own. It sets no cookie, and touches nothing
// of the page: its elements live in a shadow root, and its style sheet comes by script, which no style policy forbids.
// Further attributes: data-label, data-colour, data-side="left", data-lang, data-scheme="light" or "dark", data-token (a signed customer).

import { follow } from "../ui/room";

const style = `
:host { all: initial }
button, .window { position: fixed; z-index: 2147483000; bottom: calc(20px + env(safe-area-inset-bottom, 0px)) }
button, .window { right: 20px }
.left button, .left .window { right: auto; left: 20px }
button { width: 60px; height: 60px; border: 0; border-radius: 50%; background: var(--colour); color: var(--ink); cursor: pointer; box-shadow: 0 4px 16px #0005; padding: 0; display: grid; place-items: center }
button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #1b1e24 }
svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }
.badge { position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; box-sizing: border-box; border-radius: 11px; padding: 0 6px; background: #b3261e; color: #fff; font: 600 13px/22px system-ui, sans-serif; text-align: center }
.badge:empty, .window[hidden] { display: none }
.window { bottom: calc(92px + env(safe-area-inset-bottom, 0px)); width: min(400px, calc(100vw - 40px)); height: min(640px, calc(100vh - 112px)); border-radius: 16px; overflow: hidden; box-shadow: 0 8px 40px #0006; background: Canvas }
iframe { width: 100%; height: 100%; border: 0; display: block; color-scheme: light dark }
@media (max-width: 480px), (max-height: 480px) {
  .window, .left .window { inset: 0; top: var(--parley-room-top, 0); width: 100%; height: var(--parley-room, 100%); border-radius: 0; box-sizing: border-box;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) var(--parley-room-below, env(safe-area-inset-bottom)) env(safe-area-inset-left) }
  .open button { visibility: hidden }
}
@media print { :host { display: none } }`;

// What the button says, in the languages of the chat; web/src/i18n has the rest.
const labels: Record<string, string> = { en: "Chat with us", de: "Chatten Sie mit uns", fr: "Discutez avec nous", es: "Chatee con nosotros", ar: "تحدّث معنا" };

const chatIcon = "M4 5h16v11H9l-5 4z";
const downIcon = "M6 9l6 6 6-6";

declare global {
  interface Window {
    parley?: { open(): void; close(): void; identify(token?: string): void };
  }
}

const script = document.currentScript as HTMLScriptElement | null;
if (script && !window.parley) {
  // the demo has one page for all widgets
  const options = script.dataset.from === "address" ? Object.fromEntries(new URLSearchParams(location.search)) : script.dataset;
  if (/^[\w-]+\/[\w-]+$/.test(options.widget ?? "")) launch(new URL(script.src).origin, options.widget!, options);
}

function launch(origin: string, widget: string, options: DOMStringMap): void {
  const { colour = "#1f5fbf", side, scheme } = options;
  const wished = [options.lang, document.documentElement.lang].filter((tag) => tag !== undefined); // before what the browser wants
  const spoken = [...wished, ...navigator.languages].map((tag) => tag.toLowerCase().split("-")[0]!).find((tag) => tag in labels) ?? "en";
  const label = options.label ?? labels[spoken]!;
  let token = options.token;
  const remembered = `parley:${widget}`; // in this tab: whether the window was open

  const host = document.createElement("parley-chat");
  if (!options.label) host.lang = spoken;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  const all = root.appendChild(document.createElement("div"));
  all.style.setProperty("--colour", colour);
  all.style.setProperty("--ink", isLight(colour) ? "#000" : "#fff");
  follow(all);

  const button = all.appendChild(document.createElement("button"));
  button.type = "button";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  const badge = document.createElement("span");
  badge.className = "badge";
  button.append(svg, badge);

  const box = all.appendChild(document.createElement("div"));
  box.className = "window";
  box.hidden = true;
  let frame: HTMLIFrameElement | undefined;

  const tell = (message: object) => frame?.contentWindow?.postMessage({ parley: message }, origin);

  function load(): void {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = label;
    if (scheme) frame.style.colorScheme = scheme;
    frame.allow = "clipboard-write";
    frame.src = `${origin}/widgets/${widget}/frame#${new URLSearchParams(wished.map((tag) => ["lang", tag]))}`;
    box.append(frame);
  }

  function show(open: boolean): void {
    if (open) load();
    box.hidden = !open;
    all.className = (side === "left" ? "left " : "") + (open ? "open" : "");
    path.setAttribute("d", open ? downIcon : chatIcon);
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", label);
    keep(open ? "open" : "closed");
    tell({ open, token });
    if (open) frame?.focus();
  }

  function keep(state: string): void {
    try {
      sessionStorage.setItem(remembered, state);
    } catch {} // a page that may store nothing has a chat all the same
  }

  function kept(): string | null {
    try {
      return sessionStorage.getItem(remembered);
    } catch {
      return null;
    }
  }

  button.onclick = () => show(Boolean(box.hidden));
  button.onpointerenter = () => {
    // the way to the server is known before the click
    const hint = document.createElement("link");
    hint.rel = "preconnect";
    hint.href = origin;
    document.head.append(hint);
    button.onpointerenter = null;
  };
  addEventListener("message", (event) => {
    const said = event.data?.parley;
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin || !said) return;
    if (said.ready) tell({ open: !box.hidden, token });
    if (said.close) {
      show(false);
      button.focus();
    }
    if ("unread" in said) {
      badge.textContent = said.unread ? String(said.unread) : "";
      button.setAttribute("aria-label", said.unread ? `${label} (${said.unread})` : label);
    }
  });

  window.parley = {
    open: () => show(true),
    close: () => show(false),
    identify(signed) {
      token = signed;
      tell({ open: !box.hidden, token });
    },
  };
  const was = kept();
  const begin = () => {
    document.body.append(host);
    show(was === "open");
    if (was === "closed") load(); // a chat may be going on: what comes is counted
  };
  document.body ? begin() : addEventListener("DOMContentLoaded", begin);
}

function isLight(colour: string): boolean {
  const [r = 0, g = 0, b = 0] = (/^#(..)(..)(..)$/.exec(colour)?.slice(1) ?? []).map((hex) => (parseInt(hex, 16) / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18;
}
