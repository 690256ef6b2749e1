import { beforeEach, expect, test } from "vitest";
import { Log, newest } from "./log";
import type { Item } from "./wire";

const ME = "me";
let log: Log;
beforeEach(() => {
  log = new Log(() => ME);
});

const at = (second: number) => `2027-01-01T00:00:${String(second).padStart(2, "0")}.000Z`;
const item = (Id: string, second: number, more: Partial<Item> = {}): Item => ({ Id, AbsoluteTime: at(second), Type: "MESSAGE", ContentType: "text/plain", Content: Id, ParticipantId: "other", ...more });
const mine = (Id: string, second: number, Content = Id) => item(Id, second, { ParticipantId: ME, Content });
const shown = () => log.lines.map((line) => line.item.Content);
const draft = (content: string) => log.draft({ key: `key of ${content}`, contentType: "text/plain", content }, new Date(at(0)));

test("items in any order, as often as they come, are shown once by their times", () => {
  const all = [item("a", 1), item("b", 2), item("c", 3), item("d", 4)];
  expect(log.add([all[2]!, all[0]!]).map((fresh) => fresh.Id)).toEqual(["c", "a"]);
  expect(log.add([...all, ...all]).map((fresh) => fresh.Id)).toEqual(["b", "d"]);
  expect(shown()).toEqual(["a", "b", "c", "d"]);
});

test("every order of arrival comes to the same", () => {
  const all = Array.from({ length: 6 }, (_, i) => item(String(i), i));
  for (let seed = 0; seed < 200; seed++) {
    log = new Log(() => ME);
    for (let i = 0; i < 30; i++) log.add([all[(seed * 7 + i * (seed % 5 + 1) + i * i) % 6]!]);
    log.add(all);
    expect(shown()).toEqual(["0", "1", "2", "3", "4", "5"]);
  }
});

test("a draft becomes its item, whether its answer comes first or the item", () => {
  draft("hello");
  log.taken("key of hello", { Id: "1", AbsoluteTime: at(1) });
  log.add([mine("1", 1, "hello")]);
  draft("again");
  log.add([mine("2", 2, "again")]);
  log.taken("key of again", { Id: "2", AbsoluteTime: at(2) });
  expect(log.lines.map(({ key, state, item }) => [key, state, item.Id])).toEqual([
    ["key of hello", "sent", "1"],
    ["key of again", "sent", "2"],
  ]);
});

test("the same words from another window of mine are another item", () => {
  draft("hello");
  log.add([mine("theirs", 1, "hello")]);
  log.taken("key of hello", { Id: "ours", AbsoluteTime: at(2) });
  log.add([mine("theirs", 1, "hello"), mine("ours", 2, "hello")]);
  expect(log.lines.map((line) => line.item.Id).sort()).toEqual(["ours", "theirs"]);
});

test("drafts stay last, and a failed one is adopted by nothing", () => {
  draft("failed");
  log.change("key of failed", { state: "failed" });
  log.add([mine("1", 1, "failed"), item("2", 9)]);
  expect(log.lines.map((line) => line.item.Id)).toEqual(["1", "2", ""]);
});

test("a receipt holds for everything before it, and never goes back", () => {
  log.add([mine("1", 1), item("x", 2), mine("2", 3), mine("3", 4)]);
  const receipt = (MessageId: string, kind: "ReadTimestamp" | "DeliveredTimestamp"): Item => ({ ...item("r", 9), Type: "MESSAGEMETADATA", MessageMetadata: { MessageId, Receipts: [{ [kind]: at(9), RecipientParticipantId: "other" }] } });
  log.add([receipt("2", "ReadTimestamp"), receipt("3", "DeliveredTimestamp"), receipt("2", "DeliveredTimestamp")]);
  expect(log.lines.map((line) => line.state)).toEqual(["read", undefined, "read", "delivered"]);
});

test("items of one time stay in the order of the transcript: a page as it came, those of the past before what is there", () => {
  log.add([item("e", 2), item("f", 2), item("g", 3)]);
  log.add([item("a", 1), item("c", 2), item("b", 2), item("d", 2)], true);
  log.add([item("h", 3), item("i", 3)]);
  expect(shown()).toEqual(["a", "c", "b", "d", "e", "f", "g", "h", "i"]);
});

test("an item that comes again with what has changed keeps its place, or goes to its new time", () => {
  log.add([item("a", 1), item("b", 2), item("c", 2), item("d", 4)]);
  log.add([item("b", 2, { Content: "anew" })]);
  expect(shown()).toEqual(["a", "anew", "c", "d"]);
  log.add([item("b", 3, { Content: "made" })], true);
  expect(shown()).toEqual(["a", "c", "made", "d"]);
  expect(log.add([item("e", 5, { Content: "first" }), item("e", 5, { Content: "second" })]).length).toBe(1);
  expect(shown()).toEqual(["a", "c", "made", "d", "second"]);
});

test("two drafts of the same words become the two items that come at once", () => {
  log.draft({ key: "1", contentType: "text/plain", content: "yes" }, new Date(at(0)));
  log.draft({ key: "2", contentType: "text/plain", content: "yes" }, new Date(at(0)));
  log.add([mine("a", 1, "yes"), mine("b", 2, "yes")]);
  expect(log.lines.map(({ key, state, item }) => [key, state, item.Id])).toEqual([["1", "sent", "a"], ["2", "sent", "b"]]);
});

test("what is read of the past was read before what others have read since", () => {
  log.add([mine("c", 3, "c"), mine("d", 4, "d")]);
  log.add([{ ...item("r", 9), Type: "MESSAGEMETADATA", MessageMetadata: { MessageId: "c", Receipts: [{ ReadTimestamp: at(9), RecipientParticipantId: "other" }] } }]);
  log.add([mine("a", 1, "a"), item("b", 2)], true);
  expect(log.lines.map((line) => line.state)).toEqual(["read", undefined, "read", "sent"]);
});

test("a page costs what it holds and one walk, however long the log is", () => {
  const pages = 100;
  const looked = { times: 0 };
  const timed = (n: number): Item => {
    const made = item(String(n), 0);
    return Object.defineProperty(made, "AbsoluteTime", { get: () => (looked.times++, new Date(n).toISOString()) });
  };
  for (let page = pages; page > 0; page--) log.add(Array.from({ length: 10 }, (_, i) => timed(page * 10 + i)), true);
  expect(log.lines.length).toBe(10 * pages);
  expect(looked.times / pages).toBeLessThan(100);
});

test("what comes at the end is found as if all had been merged, and only what says something is shown", () => {
  const says = new Log(() => ME, ({ Content }) => Content !== "-");
  says.add([mine("a", 1), item("x", 2, { Content: "-" }), mine("b", 4)]);
  says.add([mine("c", 3)]); // late: it is merged
  says.draft({ key: "d", contentType: "text/plain", content: "d" }, new Date(at(0)));
  says.add([item("e", 5), item("y", 5, { Content: "-" })]); // before the draft
  says.taken("d", { Id: "d", AbsoluteTime: at(6) });
  says.add([item("g", 8), item("f", 7)]);
  expect(says.lines.map((line) => line.item.Id)).toEqual(["a", "x", "c", "b", "e", "y", "d", "f", "g"]);
  expect(says.shown.map((line) => line.item.Id)).toEqual(["a", "c", "b", "e", "d", "f", "g"]);
  says.change("g", { why: "for a reason" });
  says.drop("f");
  expect(says.shown.map((line) => line.why ?? line.item.Id)).toEqual(["a", "c", "b", "e", "d", "for a reason"]);
});

test("a receipt that came before its message holds for it, and for all of mine before", () => {
  const read = { Type: "MESSAGEMETADATA" as const, MessageMetadata: { MessageId: "b", Receipts: [{ ReadTimestamp: at(9), RecipientParticipantId: "other" }] } };
  log.add([mine("a", 1)]);
  log.add([item("receipt", 9, read)]);
  log.add([mine("b", 2)]);
  log.add([mine("c", 3)]);
  expect(log.lines.map(({ state }) => state)).toEqual(["read", "read", "sent"]);
});

test("a long chat is not looked at again for what comes at its end", () => {
  let looked = 0;
  log = new Log(() => ME, () => Boolean(++looked));
  log.add(Array.from({ length: 1000 }, (_, i) => item(`old ${i}`, 1)));
  looked = 0;
  for (let i = 0; i < 10; i++) log.add([item(`new ${i}`, 2 + i)]);
  expect(looked).toBe(10);
});

test("what was said in an earlier chat is not what is on its way now, nor where this chat stands", () => {
  const past = (id: string, second: number) => ({ ...mine(id, second, "yes"), RelatedContactId: "earlier" });
  log.add([past("b", 2)], true);
  expect(log.last).toBeUndefined();
  draft("yes");
  log.add([past("a", 1)], true);
  expect(log.lines.map(({ key, state }) => [key, state])).toEqual([["a", "sent"], ["b", "sent"], ["key of yes", "sending"]]);
  log.add([item("c", 3)]);
  expect(log.last?.Id).toBe("c");
});

test("what was not sent closes no question, what is being said does", () => {
  draft("lost");
  log.change("key of lost", { state: "failed" });
  log.draft({ key: "file", contentType: "image/png", content: "", file: new File([], "a.png") }, new Date(at(0)));
  log.add([item("question", 1)]);
  expect(newest(log.lines)).toBe("question");
  draft("answer");
  expect(newest(log.lines)).toBe("key of answer");
  log.change("key of answer", { state: "failed" });
  expect(newest(log.lines)).toBe("question");
});
