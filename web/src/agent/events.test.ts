import { expect, test } from "vitest";
import type { Item } from "../chat/wire";
import { events, shows, whispers } from "./events";

const EVENT = "application/vnd.amazonaws.connect.event.";
const line = (Id: string, ParticipantRole: Item["ParticipantRole"], ContentType = "text/plain") => ({
  key: Id,
  item: { Id, AbsoluteTime: "2026-01-01T00:00:00Z", Type: ContentType.startsWith(EVENT) ? "EVENT" : "MESSAGE", ContentType, Content: Id, ParticipantId: ParticipantRole, ParticipantRole, DisplayName: "Mona" } as Item,
});

test("what a supervisor says who has not joined is a whisper", () => {
  const lines = [
    line("1", "SUPERVISOR"), line("2", "AGENT"), line("3", "SUPERVISOR", `${EVENT}participant.joined`), line("4", "SUPERVISOR"),
    line("5", "SUPERVISOR", `${EVENT}participant.left`), line("6", "SUPERVISOR"), line("7", "CUSTOMER"),
  ];
  expect([...whispers(lines, false)]).toEqual(["1", "6"]);
  expect([...whispers(lines, true)]).toEqual([]);
});

test("events say who came and went, and typing says nothing", () => {
  expect(events(line("1", "CUSTOMER", `${EVENT}participant.joined`).item)).toBe("Mona has joined");
  expect(events(line("1", "AGENT", `${EVENT}transfer.failed`).item)).toBe("The chat could not be passed on");
  expect(shows(line("1", "CUSTOMER", `${EVENT}typing`).item)).toBe(false);
  expect(shows(line("1", "CUSTOMER").item)).toBe(true);
});
