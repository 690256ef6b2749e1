import { describe, expect, test } from "vitest";
import { add, block, fresh, outlets, read, remove, rename, setConditions, summary, wire, write, type Flow } from "./graph";
import { palette, typeOf } from "./language";
import { arrange, outline, places } from "./layout";
import { Past } from "./past.svelte";

function built(): Flow {
  let flow = fresh();
  ({ flow } = add(flow, "MessageParticipant", { x: 0, y: 0 }));
  flow = { ...flow, StartAction: "message-participant" };
  flow = wire(flow, "message-participant", "next", "end");
  return flow;
}

describe("wiring", () => {
  test("a new block has the ways out that its type must have, and leads nowhere", () => {
    const { flow, id } = add(fresh(), "CheckHoursOfOperation", { x: 0, y: 0 });
    expect(outlets(block(flow, id)!).map((one) => [one.kind, one.name, one.target])).toEqual([["condition", "True", ""], ["condition", "False", ""], ["error", "NoMatchingError", ""]]);
  });

  test("a result that is wired becomes a condition, and one that leads nowhere again is gone", () => {
    let { flow, id } = add(fresh(), "CheckHoursOfOperation", { x: 0, y: 0 });
    flow = wire(flow, id, "result True", "end");
    expect(block(flow, id)!.Transitions.Conditions).toEqual([{ NextAction: "end", Condition: { Operator: "Equals", Operands: ["True"] } }]);
    flow = wire(flow, id, "condition 0", "");
    expect(block(flow, id)!.Transitions).toEqual({});
  });

  test("a transfer keeps the copy of its error branch that the language wants", () => {
    let { flow, id } = add(fresh(), "TransferContactToQueue", { x: 0, y: 0 });
    flow = wire(flow, id, "error NoMatchingError", "end");
    flow = wire(flow, id, "error QueueAtCapacity", "end");
    expect(block(flow, id)!.Transitions.NextAction).toBe("end");
    expect(outlets(block(flow, id)!).map((one) => one.key)).toEqual(["error QueueAtCapacity", "error NoMatchingError"]);
  });

  test("removing a block takes every wire to it away, and keeps the others", () => {
    let { flow, id } = add(built(), "Compare", { x: 0, y: 0 });
    flow = setConditions(flow, id, ["a", "b", "c"].map((value) => ({ NextAction: value === "b" ? "end" : "message-participant", Condition: { Operator: "Equals", Operands: [value] } })));
    flow = wire(flow, id, "error NoMatchingCondition", "end");
    flow = remove(flow, ["end"]);
    expect(block(flow, "end")).toBeUndefined();
    expect(block(flow, "message-participant")!.Transitions).toEqual({});
    expect(outlets(block(flow, id)!).map((one) => one.target)).toEqual(["message-participant", "", "message-participant", ""]);
  });

  test("a block that is renamed is renamed everywhere, and to no name that is taken", () => {
    const flow = rename(built(), "end", "bye");
    expect(block(flow, "message-participant")!.Transitions.NextAction).toBe("bye");
    expect(flow.Metadata!.ActionMetadata!.bye).toBeDefined();
    expect(rename(flow, "bye", "message-participant")).toBe(flow);
  });
});

describe("contents", () => {
  test("what the editor does not know is kept", () => {
    const content = JSON.stringify({ Version: "2019-10-30", StartAction: "a", Odd: 1, Metadata: { x: [1] }, Actions: [{ Identifier: "a", Type: "New", More: { b: 2 }, Transitions: { NextAction: "a", Odd: 3 } }] });
    const back = JSON.parse(write(wire(read(content), "a", "next", "a"))) as { Odd: number; Actions: { More: unknown; Transitions: { Odd: number } }[] };
    expect([back.Odd, back.Actions[0]!.More, back.Actions[0]!.Transitions.Odd]).toEqual([1, { b: 2 }, 3]);
  });

  test("what is no flow is refused", () => {
    for (const content of ["", "null", "[]", "{}", '{"Actions": [{}]}']) expect(() => read(content)).toThrow();
  });

  test("the face of a block says what it is about", () => {
    expect(summary({ Identifier: "a", Type: "x", Parameters: { Text: "Hello" }, Transitions: {} })).toBe("Hello");
    expect(summary({ Identifier: "a", Type: "x", Parameters: { Attributes: { tier: "gold" } }, Transitions: {} })).toBe("tier: gold");
  });
});

describe("places", () => {
  test("every block has one, and no two the same, also in a circle", () => {
    let flow = built();
    for (let i = 0; i < 5; i++) ({ flow } = add(flow, "Wait", { x: 0, y: 0 }));
    flow = wire(flow, "wait", "result WaitCompleted", "message-participant");
    const at = arrange(flow);
    expect(at.size).toBe(flow.Actions.length);
    expect(new Set([...at.values()].map((one) => `${one.x} ${one.y}`)).size).toBe(at.size);
  });

  test("blocks stay where they were put", () => {
    const { flow, id } = add(built(), "Wait", { x: 12.4, y: -7.6 });
    expect(places(flow).get(id)).toEqual({ x: 12, y: -8 });
  });

  test("the outline has every block once, the start first, what nothing leads to last", () => {
    const { flow } = add(built(), "Wait", { x: 0, y: 0 });
    expect(outline(flow)).toEqual([{ id: "message-participant", depth: 0, loose: false }, { id: "end", depth: 0, loose: false }, { id: "wait", depth: 0, loose: true }]);
  });
});

describe("the past", () => {
  test("undo goes back, redo forth again, and a new change forgets what was undone", () => {
    const past = new Past(1);
    for (const n of [2, 3]) past.push(n);
    past.undo();
    expect([past.now, past.canUndo, past.canRedo]).toEqual([2, true, true]);
    past.redo();
    expect(past.now).toBe(3);
    past.undo();
    past.undo();
    past.push(9);
    expect([past.now, past.canRedo]).toEqual([9, false]);
    past.undo();
    expect([past.now, past.canUndo]).toEqual([1, false]);
  });

  test("what is typed is one step", () => {
    const past = new Past("");
    for (const text of ["a", "ab", "abc"]) past.push(text, "text");
    past.push("abc!", "other");
    past.undo();
    expect(past.now).toBe("abc");
    past.undo();
    expect(past.now).toBe("");
  });
});

test("the palette has what may stand in a flow of the type", () => {
  const names = (type: string) => palette(type).flatMap((group) => group.types.map((one) => one.type));
  expect(names("CONTACT_FLOW")).toContain("MessageParticipant");
  expect(names("CONTACT_FLOW")).not.toContain("EndFlowModuleExecution");
  expect(names("MODULE")).toContain("EndFlowModuleExecution");
  expect(typeOf("NoSuchBlock").chat).toBe("fails");
});
