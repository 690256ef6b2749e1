// The one line of a site:
//   <script async src="https://chat.example/widget.js" data-widget="INSTANCE/WIDGET"></script>
// It shows a launcher, and at the first click the chat in a frame of the server's own. It sets no cookie, and touches nothing
// of the page: its elements live in a shadow root, and its style sheet comes by script, which no style policy forbids.
// Further attributes: data-label, data-colour, data-side="left", data-lang, data-scheme="light" or "dark", data-token (a signed customer).

import { follow } from "../ui/room";

const style = `
:host { all: initial }
.launcher, .window { position: fixed; z-index: 2147483000; bottom: calc(20px + env(safe-area-inset-bottom, 0px)); right: 20px }
.left .launcher, .left .window { right: auto; left: 20px }
.launcher, .window { outline: 1px solid transparent }
.launcher { z-index: 2147483001; width: 60px; height: 60px; border: 0; border-radius: 50%; background: var(--colour); color: var(--ink); cursor: pointer; box-shadow: 0 4px 16px #0005; padding: 0; display: grid; place-items: center }
.launcher:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #1b1e24 }
svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }
.badge { position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; box-sizing: border-box; border-radius: 11px; padding: 0 6px; background: #b3261e; color: #fff; font: 600 13px/22px system-ui, sans-serif; text-align: center }
.badge:empty, [hidden] { display: none !important }
.window { bottom: calc(92px + env(safe-area-inset-bottom, 0px)); width: min(400px, calc(100vw - 40px)); height: min(640px, calc(100vh - 112px)); border-radius: 16px; overflow: hidden; box-shadow: 0 8px 40px #0006; background: Canvas; color-scheme: light dark }
iframe { width: 100%; height: 100%; border: 0; display: block }
.trouble { position: absolute; inset: 0; background: Canvas; color: CanvasText; font: 16px/1.5 system-ui, sans-serif; text-align: center; display: grid; gap: 12px; place-content: center }
p { margin: 0 }
.trouble button { padding: 10px 16px; font: inherit }
@media (max-width: 480px), (max-height: 480px) {
  .window, .left .window { inset: 0; top: var(--parley-room-top, 0); width: 100%; height: var(--parley-room, 100%); border-radius: 0; box-sizing: border-box;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) var(--parley-room-below, env(safe-area-inset-bottom)) env(safe-area-inset-left) }
  .open.ready .launcher { visibility: hidden }
}
@media print { :host { display: none } }`;

// What the launcher says, and what is said where the chat does not come, in the languages of the chat; web/src/i18n has the rest.
const phrases: Record<string, [label: string, trouble: string, again: string, close: string]> = {
  en: ["Chat with us", "The chat cannot be reached.", "Try again", "Close"],
  de: ["Chatten Sie mit uns", "Der Chat ist nicht erreichbar.", "Noch einmal versuchen", "Schließen"],
  fr: ["Discutez avec nous", "Le chat est injoignable.", "Réessayer", "Fermer"],
  es: ["Chatee con nosotros", "No se puede acceder al chat.", "Intentar de nuevo", "Cerrar"],
  ar: ["تحدّث معنا", "تعذّر الوصول إلى المحادثة.", "حاول مرة أخرى", "إغلاق"],
};

// How long the chat may take, in milliseconds: to come, and to say something once the browser has loaded it, or its own page of an error.
const COMES = 10_000;
const SPEAKS = 2_000;

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
  const { colour = "#1f5fbf", side = "", scheme } = options;
  const wished = [options.lang, document.documentElement.lang].filter((tag) => tag !== undefined); // before what the browser wants
  const spoken = [...wished, ...navigator.languages].map((tag) => tag.toLowerCase().split("-")[0]!).find((tag) => tag in phrases) ?? "en";
  const [known, trouble, again, close] = phrases[spoken]!;
  const label = options.label ?? known;
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
  button.className = "launcher";
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
  if (scheme) box.style.colorScheme = scheme;
  let frame: HTMLIFrameElement | undefined;
  let ready = false; // the chat is in the frame: it has said so
  let loaded = false; // the frame has loaded something
  let late: ReturnType<typeof setTimeout>;
  let words: HTMLElement | undefined; // over a frame in which there is no chat

  /** Shows, remembers and tells the chat whether the window is open. */
  function tell(): void {
    const open = !box.hidden;
    all.className = `${side} ${open ? "open" : ""} ${ready ? "ready" : ""}`;
    if (ready || !open) keep(open ? "open" : "closed");
    if (ready) frame!.contentWindow?.postMessage({ parley: { open, token } }, origin);
  }

  function load(): void {
    frame?.remove();
    words?.remove();
    ready = loaded = false;
    wait(COMES);
    frame = document.createElement("iframe");
    frame.onload = () => {
      loaded = true;
      if (!ready) wait(SPEAKS);
    };
    frame.title = label;
    frame.allow = "clipboard-write";
    frame.src = `${origin}/widgets/${widget}/frame#${new URLSearchParams(wished.map((tag) => ["lang", tag]))}`;
    box.append(frame);
  }

  function wait(ms: number): void {
    clearTimeout(late);
    late = setTimeout(fail, ms);
  }

  /** Says that the chat does not come, and forgets that it was open. If it comes all the same, it is shown. */
  function fail(): void {
    loaded = true;
    keep("closed");
    words?.remove();
    words = box.appendChild(document.createElement("div"));
    words.className = "trouble";
    words.lang = spoken;
    words.dir = "auto";
    const sentence = words.appendChild(document.createElement("p"));
    sentence.setAttribute("role", "alert");
    sentence.textContent = trouble;
    for (const [name, does] of [[again, () => show(true)], [close, leave]] as const) {
      const choice = words.appendChild(document.createElement("button"));
      choice.type = "button";
      choice.textContent = name;
      choice.onclick = does;
    }
  }

  function leave(): void {
    show(false);
    button.focus();
  }

  function show(open: boolean): void {
    if (open && !ready && (!frame || loaded)) load();
    box.hidden = !open;
    path.setAttribute("d", open ? downIcon : chatIcon);
    button.setAttribute("aria-expanded", `${open}`);
    button.setAttribute("aria-label", label);
    tell();
    if (open) (ready ? frame! : button).focus();
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
    if (said.ready) {
      ready = true;
      clearTimeout(late);
      words?.remove();
      tell();
      if (!box.hidden && root.activeElement) frame.focus();
    }
    if (said.close) leave();
    if ("unread" in said) {
      badge.textContent = said.unread ? String(said.unread) : "";
      button.setAttribute("aria-label", said.unread ? `${label} (${said.unread})` : label);
    }
  });

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !ready && !box.hidden) leave(); // the chat itself hears the key once it is there
  });

  window.parley = {
    open: () => show(true),
    close: () => show(false),
    identify(signed) {
      token = signed;
      tell();
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
  const [r = 0, g = 0, b = 0] = (/^#(..?)(..?)(..?)$/.exec(colour)?.slice(1) ?? []).map((hex) => (parseInt(hex[0]! + hex.at(-1), 16) / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18;
}
