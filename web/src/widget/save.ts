// A conversation as a text file for its customer.
import type { Chat } from "../chat/chat.svelte";
import { text } from "../i18n";
import { hand } from "./host";
import { written } from "./written";

/** Web views, which let a link that saves something come to nothing, unless their app does that work: Android's says wv, and WebKit's is not Safari. */
const noFiles = /; wv\)|AppleWebKit(?!.* Safari)/;

/** Reads the whole chat, or what is left of it to read, and has the app or the browser save it. Where neither does, it returns the text. */
export async function save(chat: Chat, title: string): Promise<string | undefined> {
  const lines = await chat.everything().catch(() => chat.lines);
  const body = [title, text.timesIn(Intl.DateTimeFormat().resolvedOptions().timeZone), "", ...lines.map(written).filter((line) => line !== undefined), ""].join("\n");
  const name = `chat-${new Date().toISOString().slice(0, 10)}.txt`;
  if (hand(name, body)) return undefined;
  const link = document.createElement("a");
  if (!("download" in link) || noFiles.test(navigator.userAgent)) return body;
  link.href = URL.createObjectURL(new Blob([body], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return undefined;
}
