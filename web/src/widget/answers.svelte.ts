// Whether this device tells its customer of answers while the chat is closed. A frame of another site may not ask the browser for that, and
// what it stores is apart from all else: the permission is asked for in a window of the server's own, which hands back the subscription.
import type { Chat } from "../chat/chat.svelte";
import { Refused } from "../chat/wire";
import { language, text } from "../i18n";
import { able, listen, send, type Asked } from "../notify/wire";
import { page } from "./host";
import type { Settings } from "./start";

const LOOKS = 500; // milliseconds between two looks whether the window is still there

export class Answers {
  said = $state.raw<{ bad: boolean; words: string } | undefined>();
  #id = $state<string | undefined>(); // of the registration
  #window: Window | undefined;
  #deaf: (() => void) | undefined;

  /** id is of the registration that there is already; keep remembers another one. */
  constructor(
    readonly widget: string,
    readonly chat: Chat,
    id: string | undefined,
    readonly keep: (id: string | undefined) => void,
  ) {
    this.#id = id;
  }

  /** Whether one is told; undefined where that cannot be. */
  state(settings: Settings | undefined): boolean | undefined {
    return this.#id !== undefined ? true : able && settings?.push_path ? false : undefined;
  }

  /** Of the registration, if there is one. */
  get id(): string | undefined {
    return this.#id;
  }

  /** Asks in a window, or has the server forget it. It is called while somebody clicks, or no window opens. */
  change(): void {
    this.said = undefined;
    if (this.#id !== undefined) void this.#stop(this.#id);
    else if (this.#window && !this.#window.closed) this.#window.focus();
    else this.#ask();
  }

  close(): void {
    this.#deaf?.();
    this.#window?.close();
    this.#window = undefined;
  }

  #ask(): void {
    const opened = window.open(`/widgets/${this.widget}/notify#${new URLSearchParams({ lang: language })}`, "_blank", "popup,width=420,height=480");
    if (!opened) return this.#say(text.noWindow, true); // blocked, or the site's Cross-Origin-Opener-Policy parts the two
    this.#window = opened;
    const hears = listen<Asked>(opened, (asked) => void this.#hear(opened, asked));
    const looks = setInterval(() => opened.closed && this.#deaf?.(), LOOKS);
    this.#deaf = () => {
      hears();
      clearInterval(looks);
      this.#deaf = undefined;
    };
  }

  async #hear(from: Window, asked: Asked): Promise<void> {
    if ("trouble" in asked) return this.#say(text[asked.trouble], true);
    try {
      const { id } = await this.chat.ask<{ id: string }>("POST", this.#path, { subscription: asked.subscription, page: page() });
      this.#set(id);
      this.#say(text.told);
      send(from, { taken: true });
    } catch {
      this.#say(text.notTold, true);
      send(from, { taken: false });
    }
  }

  async #stop(id: string): Promise<void> {
    try {
      await this.chat.ask("DELETE", `${this.#path}/${id}`);
    } catch (cause) {
      if (!(cause instanceof Refused && cause.status === 404)) return this.#say(text.notTold, true); // what is not there is stopped
    }
    this.#set(undefined);
    this.#say(text.toldNoMore);
  }

  get #path(): string {
    return `/widgets/${this.widget}/push`;
  }

  #set(id: string | undefined): void {
    this.#id = id;
    this.keep(id);
  }

  #say(words: string, bad = false): void {
    this.said = { bad, words };
  }
}
