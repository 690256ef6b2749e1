// What can be done from the keyboard: one list, of which the shortcuts, their sheet and the command palette are made.
import { common } from "../i18n/common";
import { words } from "../i18n/agent";
import type { Desk } from "./desk.svelte";

/** What the page itself opens and moves to. */
export interface Stage {
  palette(): void;
  sheet(): void;
  message(): void;
  note(): void;
  transfer(): void;
  end(): void;
  wrapUp(): void;
  details(): void;
}

export interface Command {
  id: string;
  label: string;
  keys?: string; // as people read them
  run: () => void;
}

/** A shortcut by the place of its key, so that it is the same on all keyboards. All but Ctrl+K take Alt: single letters are for writing. */
interface Shortcut extends Command {
  keys: string;
  code: string;
  group: "everywhere" | "chat";
}

export function shortcuts(desk: Desk, stage: Stage): Shortcut[] {
  const offer = () => desk.offers[0];
  return [
    { id: "palette", label: words.commands, keys: "Ctrl+K", code: "KeyK", group: "everywhere", run: stage.palette },
    { id: "sheet", label: words.shortcuts, keys: "Alt+H", code: "KeyH", group: "everywhere", run: stage.sheet },
    { id: "accept", label: words.acceptOffer, keys: "Alt+A", code: "KeyA", group: "everywhere", run: () => void (offer() && desk.accept(offer()!)) },
    { id: "reject", label: words.rejectOffer, keys: "Alt+R", code: "KeyR", group: "everywhere", run: () => void (offer() && desk.reject(offer()!)) },
    { id: "next", label: words.nextChat, keys: "Alt+↓", code: "ArrowDown", group: "everywhere", run: () => desk.step(1) },
    { id: "previous", label: words.previousChat, keys: "Alt+↑", code: "ArrowUp", group: "everywhere", run: () => desk.step(-1) },
    { id: "message", label: words.writeMessage, keys: "Alt+M", code: "KeyM", group: "chat", run: stage.message },
    { id: "note", label: words.writeNote, keys: "Alt+N", code: "KeyN", group: "chat", run: stage.note },
    { id: "transfer", label: words.transferOrInvite, keys: "Alt+T", code: "KeyT", group: "chat", run: stage.transfer },
    { id: "details", label: words.toggleDetails, keys: "Alt+I", code: "KeyI", group: "chat", run: stage.details },
    { id: "end", label: words.endChat, keys: "Alt+X", code: "KeyX", group: "chat", run: stage.end },
    { id: "finish", label: words.finishWork, keys: "Alt+W", code: "KeyW", group: "chat", run: stage.wrapUp },
  ];
}

/** Does what a key asks for; answers whether it asks for anything. */
export function pressed(event: KeyboardEvent, desk: Desk, stage: Stage): boolean {
  if (event.isComposing) return false;
  const palette = event.code === "KeyK" && (event.ctrlKey || event.metaKey) && !event.altKey;
  if (!palette && (!event.altKey || event.ctrlKey || event.metaKey)) return false;
  const number = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (!palette && number) {
    const talk = desk.talks[Number(number) - 1];
    if (talk) desk.select(talk);
    return true;
  }
  const found = shortcuts(desk, stage).find((one) => one.code === event.code && (one.id === "palette") === palette);
  found?.run();
  return found !== undefined;
}

/** Everything that the palette offers now. */
export function commands(desk: Desk, stage: Stage, supervises: boolean): Command[] {
  const talk = desk.selected;
  const state = talk?.held.state;
  const fits: Record<string, boolean> = {
    palette: false, next: desk.talks.length > 1, previous: desk.talks.length > 1, accept: false, reject: false,
    message: state === "CONNECTED", note: talk !== undefined && state !== "CONNECTING", transfer: state === "CONNECTED", details: talk !== undefined, end: state === "CONNECTED", finish: state === "ENDED",
  };
  return [
    ...desk.offers.flatMap((one) => [
      { id: `accept ${one.id}`, label: words.acceptOf(one.held.customer), run: () => void desk.accept(one) },
      { id: `reject ${one.id}`, label: words.rejectOf(one.held.customer), run: () => void desk.reject(one) },
    ]),
    ...desk.talks.filter((one) => one !== talk).map((one) => ({ id: `open ${one.id}`, label: words.openChat(one.held.customer), run: () => desk.select(one) })),
    ...shortcuts(desk, stage).filter(({ id }) => fits[id] ?? true),
    ...(desk.state?.statuses ?? []).filter(({ id }) => id !== desk.state?.status.id).map(({ id, name }) => ({ id: `status ${id}`, label: words.setStatus(name), run: () => void desk.choose(id) })),
    ...(supervises ? [{ id: "live", label: words.board, run: () => void (location.hash = "#/live") }] : []),
    { id: "out", label: common.signOut, run: () => void desk.session.signOut() },
  ];
}
