// A flow as the editor changes it. Each change is a function from a flow to a flow: nothing is changed in place, so that undoing is going back to
// the one before. Members that the editor does not know stay where they are.
import { typeOf } from "./language";

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export interface Condition {
  NextAction: string;
  Condition: { Operator: string; Operands: string[] };
}

export interface ErrorBranch {
  NextAction: string;
  ErrorType: string;
}

export interface Action {
  Identifier: string;
  Type: string;
  Parameters: { [name: string]: Json };
  Transitions: { NextAction?: string; Conditions?: Condition[]; Errors?: ErrorBranch[] };
}

export interface Flow {
  Version: string;
  StartAction: string;
  Metadata?: { entryPointPosition?: Place; ActionMetadata?: Record<string, { position?: Place; [more: string]: Json | undefined }>; [more: string]: unknown };
  Actions: Action[];
}

export type Place = { x: number; y: number };

/** A way out of a block: where a wire begins. */
export interface Outlet {
  /** Names the outlet within its block. */
  key: string;
  kind: "next" | "condition" | "error";
  /** The error type, or the operator and the operand. */
  name: string;
  operator?: string;
  target: string; // "" = leads nowhere yet
  /** The flow cannot be published while it leads nowhere. */
  required: boolean;
}

/** Reads a content; it throws where that is no flow. */
export function read(content: string): Flow {
  const flow = JSON.parse(content) as Partial<Flow>;
  if (typeof flow !== "object" || flow === null || !Array.isArray(flow.Actions)) throw new Error("This is not a flow: it has no list of Actions.");
  const actions = flow.Actions.map((one) => ({ ...one, Parameters: one.Parameters ?? {}, Transitions: one.Transitions ?? {} }));
  if (actions.some((one) => typeof one.Identifier !== "string" || typeof one.Type !== "string")) throw new Error("This is not a flow: an action has no Identifier or no Type.");
  return { ...flow, Version: flow.Version ?? "2019-10-30", StartAction: flow.StartAction ?? "", Actions: actions };
}

export function write(flow: Flow): string {
  return JSON.stringify(flow, null, 2);
}

/** A flow of one block, which ends it. */
export function fresh(module = false): Flow {
  const type = module ? "EndFlowModuleExecution" : "DisconnectParticipant";
  const flow: Flow = {
    Version: "2019-10-30",
    StartAction: "end",
    Metadata: { entryPointPosition: { x: 40, y: 40 }, ActionMetadata: { end: { position: { x: 240, y: 40 } } } },
    Actions: [{ Identifier: "end", Type: type, Parameters: {}, Transitions: {} }],
  };
  return module ? ({ ...flow, Settings: { InputParameters: [], OutputParameters: [], Transitions: [] } } as Flow) : flow;
}

export function block(flow: Flow, id: string): Action | undefined {
  return flow.Actions.find((one) => one.Identifier === id);
}

/** Types whose NextAction is never followed: it holds a copy of an error branch. */
const copies = ["TransferToFlow", "TransferContactToQueue", "DequeueContactAndTransferToQueue"];

/** The ways out of a block: those that it has, and those that its type must have. */
export function outlets(action: Action): Outlet[] {
  const type = typeOf(action.Type);
  if (type.terminal) return [];
  const { NextAction = "", Conditions = [], Errors = [] } = action.Transitions;
  const list: Outlet[] = [];
  const chooses = type.results && Boolean(type.errors?.some((one) => one.type === "NoMatchingCondition"));
  if ((type.next && !copies.includes(action.Type)) || (NextAction && !type.results && !copies.includes(action.Type))) {
    list.push({ key: "next", kind: "next", name: "Next", target: NextAction, required: Boolean(type.next) });
  } else if (type.results && !chooses && !type.results.required && NextAction) {
    list.push({ key: "next", kind: "next", name: "Next", target: NextAction, required: false });
  }
  const wanted = (type.results?.required ?? []).filter((value) => !Conditions.some(({ Condition: c }) => c.Operator === "Equals" && c.Operands[0] === value));
  for (const [at, { Condition: c, NextAction: target }] of Conditions.entries()) {
    list.push({ key: `condition ${at}`, kind: "condition", name: c.Operands[0] ?? "", operator: c.Operator, target, required: true });
  }
  for (const value of wanted) list.push({ key: `result ${value}`, kind: "condition", name: value, operator: "Equals", target: "", required: true });
  for (const { type: name, required = false, when } of type.errors ?? []) {
    const has = Errors.find((one) => one.ErrorType === name);
    list.push({ key: `error ${name}`, kind: "error", name, target: has?.NextAction ?? "", required: required && !when });
  }
  for (const { ErrorType: name, NextAction: target } of Errors) {
    if (!type.errors?.some((one) => one.type === name)) list.push({ key: `error ${name}`, kind: "error", name, target, required: false });
  }
  return list;
}

/** Leads an outlet to a block; "" lets it lead nowhere. */
export function wire(flow: Flow, id: string, key: string, target: string): Flow {
  return change(flow, id, (action) => {
    const next = { ...action.Transitions };
    const [kind, ...rest] = key.split(" ");
    const name = rest.join(" ");
    if (kind === "next") {
      if (target) next.NextAction = target;
      else delete next.NextAction;
    } else if (kind === "condition") {
      const at = Number(name);
      next.Conditions = (next.Conditions ?? []).map((one, i) => (i === at ? { ...one, NextAction: target } : one));
    } else if (kind === "result") {
      if (target) next.Conditions = [...(next.Conditions ?? []), { NextAction: target, Condition: { Operator: "Equals", Operands: [name] } }];
    } else {
      const others = (next.Errors ?? []).filter((one) => one.ErrorType !== name);
      next.Errors = target ? [...others, { NextAction: target, ErrorType: name }] : others;
    }
    return { ...action, Transitions: settled(action.Type, next) };
  });
}

/** Keeps what the language wants beside what the editor shows: the copy in NextAction, and no condition without a target. */
function settled(type: string, next: Action["Transitions"]): Action["Transitions"] {
  const spec = typeOf(type);
  const rest = next.Errors?.find((one) => one.ErrorType === "NoMatchingError")?.NextAction;
  if (copies.includes(type) && rest) next.NextAction = rest;
  if (copies.includes(type) && !rest) delete next.NextAction;
  const required = spec.results?.required ?? [];
  if (next.Conditions) next.Conditions = next.Conditions.filter(({ NextAction, Condition: c }) => NextAction || !required.includes(c.Operands[0] ?? ""));
  if (next.Conditions?.length === 0) delete next.Conditions;
  if (next.Errors?.length === 0) delete next.Errors;
  return next;
}

/** Replaces a block by what edit makes of it. */
export function change(flow: Flow, id: string, edit: (action: Action) => Action): Flow {
  return { ...flow, Actions: flow.Actions.map((one) => (one.Identifier === id ? edit(one) : one)) };
}

export function setParameters(flow: Flow, id: string, parameters: Action["Parameters"]): Flow {
  return change(flow, id, (action) => ({ ...action, Parameters: parameters }));
}

/** Sets the conditions of a block, each with where it leads. */
export function setConditions(flow: Flow, id: string, conditions: Condition[]): Flow {
  return change(flow, id, (action) => {
    const { Conditions: _, ...rest } = action.Transitions;
    return { ...action, Transitions: conditions.length ? { ...rest, Conditions: conditions } : rest };
  });
}

/** A word that no block is called by yet. */
export function freeName(flow: Flow, type: string): string {
  const word = type.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase().slice(0, 40);
  for (let n = 1; ; n++) {
    const name = n === 1 ? word : `${word}-${n}`;
    if (!block(flow, name)) return name;
  }
}

/** Adds a block; from, if there is one, leads to it then. */
export function add(flow: Flow, type: string, place: Place, from?: { id: string; key: string }): { flow: Flow; id: string } {
  const id = freeName(flow, type);
  const parameters: Action["Parameters"] = {};
  for (const one of typeOf(type).params ?? []) if (one.required) parameters[one.name] = empty(one.kind, one.values);
  const [text] = typeOf(type).groups ?? [];
  if (text?.required && text.names.includes("Text")) parameters.Text = "";
  let next: Flow = { ...flow, Actions: [...flow.Actions, { Identifier: id, Type: type, Parameters: parameters, Transitions: {} }] };
  next = move(next, id, place);
  if (from) next = wire(next, from.id, from.key, id);
  else if (!block(flow, flow.StartAction)) next = { ...next, StartAction: id };
  return { flow: next, id };
}

export function empty(kind: string, values?: string[]): Json {
  if (kind === "object") return {};
  if (kind === "list") return [];
  return values?.[0] ?? "";
}

/** Removes blocks, and every wire to them. */
export function remove(flow: Flow, ids: readonly string[]): Flow {
  let next: Flow = { ...flow, Actions: flow.Actions.filter((one) => !ids.includes(one.Identifier)) };
  for (const action of next.Actions) {
    // from the last one on: a condition that goes must not change the numbers of those before it
    for (const outlet of outlets(action).reverse()) if (ids.includes(outlet.target)) next = wire(next, action.Identifier, outlet.key, "");
  }
  if (ids.includes(next.StartAction)) next = { ...next, StartAction: "" };
  const known = { ...next.Metadata?.ActionMetadata };
  for (const id of ids) delete known[id];
  return { ...next, Metadata: { ...next.Metadata, ActionMetadata: known } };
}

/** Gives a block another identifier, everywhere. */
export function rename(flow: Flow, id: string, to: string): Flow {
  if (!to || id === to || block(flow, to)) return flow;
  const here = (target: string) => (target === id ? to : target);
  const known = { ...flow.Metadata?.ActionMetadata };
  if (known[id]) {
    known[to] = known[id];
    delete known[id];
  }
  return {
    ...flow,
    StartAction: here(flow.StartAction),
    Metadata: { ...flow.Metadata, ActionMetadata: known },
    Actions: flow.Actions.map((one) => {
      const { NextAction, Conditions, Errors } = one.Transitions;
      return {
        ...one,
        Identifier: here(one.Identifier),
        Transitions: {
          ...one.Transitions,
          ...(NextAction !== undefined && { NextAction: here(NextAction) }),
          ...(Conditions && { Conditions: Conditions.map((c) => ({ ...c, NextAction: here(c.NextAction) })) }),
          ...(Errors && { Errors: Errors.map((e) => ({ ...e, NextAction: here(e.NextAction) })) }),
        },
      };
    }),
  };
}

/** Puts a block somewhere else on the canvas. */
export function move(flow: Flow, id: string, place: Place): Flow {
  const known = flow.Metadata?.ActionMetadata ?? {};
  const to = { x: Math.round(place.x), y: Math.round(place.y) };
  return { ...flow, Metadata: { ...flow.Metadata, ActionMetadata: { ...known, [id]: { ...known[id], position: to } } } };
}

/** A block's parameters in a few words, for its face; things of the instance by name, where it is known. */
export function summary(action: Action, names?: ReadonlyMap<string, string>): string {
  const text = words(action);
  return names?.get(text) ?? (text.startsWith("arn:") ? text.slice(text.lastIndexOf("/") + 1) : text);
}

function words(action: Action): string {
  const first = (value: Json | undefined): string => {
    if (value === undefined || value === null) return "";
    if (typeof value !== "object") return String(value);
    const inner = Array.isArray(value) ? value : Object.entries(value).map(([name, one]) => (typeof one === "object" ? first(one) : `${name}: ${String(one)}`));
    return inner.map((one) => (typeof one === "object" ? first(one) : String(one))).find(Boolean) ?? "";
  };
  const p = action.Parameters;
  return first(p.Text ?? p.ComparisonValue ?? p.Attributes ?? p.FlowAttributes) || first(Object.values(p)[0]);
}
