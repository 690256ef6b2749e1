// The flow language as the server describes it: blocks.json is written by `parley flow blocks`, and a test of the server holds it current.
import table from "./blocks.json";

export interface Member {
  name: string; // "*" = any
  kind: "text" | "object" | "list" | "any";
  mark?: "static" | "dynamic" | "interpolated";
  required?: boolean;
  values?: string[];
  low?: number;
  high?: number;
  refers?: Refers;
  fields?: Member[];
  item?: Member;
  single?: boolean;
  groups?: Group[];
}

/** Kinds of resources that a text may name. */
export type Refers = "queue" | "agent" | "flow" | "module" | "hours" | "prompt" | "view" | "function" | "bot" | "template";

export interface Group {
  names: string[];
  required?: boolean;
  many?: boolean;
}

export interface BlockType {
  type: string;
  block: string;
  family: string;
  chat: "runs" | "nothing" | "fails";
  note?: string;
  params?: Member[];
  open?: boolean;
  groups?: Group[];
  next?: boolean;
  terminal?: boolean;
  results?: { operators: string[]; values?: string[]; required?: string[]; depends?: boolean };
  errors?: { type: string; required?: boolean; when?: string }[];
  in?: string[];
  modules: "yes" | "no" | "only";
}

const types = new Map((table as BlockType[]).map((one) => [one.type, one]));

/** What the language says of a type; an unknown one may have nothing. */
export function typeOf(type: string): BlockType {
  return types.get(type) ?? { type, block: type, family: "other", chat: "fails", modules: "yes" };
}

export const families: Record<string, string> = {
  say: "Say",
  ask: "Ask",
  decide: "Decide",
  data: "Remember",
  queue: "Queues and agents",
  flow: "Flows and functions",
  contact: "Contacts",
  media: "Recording and voice",
  profile: "Profiles and cases",
};

/** The types that may stand in a flow of a type, by family, those that work on a chat first. */
export function palette(flowType: string): { family: string; types: BlockType[] }[] {
  const allowed = [...types.values()].filter((one) => (flowType === "MODULE" ? one.modules !== "no" : one.modules !== "only" && (!one.in || one.in.includes(flowType))));
  return Object.keys(families)
    .map((family) => ({ family, types: allowed.filter((one) => one.family === family && one.chat !== "fails").sort((a, b) => a.block.localeCompare(b.block)) }))
    .filter((group) => group.types.length > 0);
}

/** The types for voice, other channels and services that are not here: they take their error branch on a chat. */
export function elsewhere(flowType: string): BlockType[] {
  return [...types.values()].filter((one) => one.chat === "fails" && (!one.in || one.in.includes(flowType))).sort((a, b) => a.block.localeCompare(b.block));
}

/** What a block of a type is called, where one name stands for several types. */
export function nameOf(type: string): string {
  return names[type] ?? typeOf(type).block;
}

const names: Record<string, string> = {
  UpdateContactEventHooks: "Set event flow",
  UpdateContactData: "Set contact details",
  UpdateContactMediaProcessing: "Set message processing",
  UpdateContactRecordingAndAnalyticsBehavior: "Set recording and analytics",
  CheckMetricData: "Check staffing or queue",
  TagContact: "Tag contact",
  UnTagContact: "Untag contact (older)",
  UntagContact: "Untag contact",
  UpdateFlowAttributes: "Set flow attributes",
  DequeueContactAndTransferToQueue: "Transfer from queue to queue",
  MessageParticipant: "Send message",
  InvokeLambdaFunction: "Call a function",
  ConnectParticipantWithLexBot: "Talk with a bot",
  EndFlowExecution: "End flow",
};

/** What an error branch is called. */
export function branchName(type: string): string {
  return branches[type] ?? type.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().replace(/^./, (first) => first.toUpperCase());
}

const branches: Record<string, string> = {
  NoMatchingError: "On error",
  NoMatchingCondition: "Anything else",
  QueueAtCapacity: "Queue is full",
  TimeLimitExceeded: "No answer in time",
  InputTimeLimitExceeded: "No answer in time",
};

export const operators: Record<string, string> = {
  Equals: "is",
  TextStartsWith: "starts with",
  TextEndsWith: "ends with",
  TextContains: "contains",
  NumberGreaterThan: "is more than",
  NumberGreaterOrEqualTo: "is at least",
  NumberLessThan: "is less than",
  NumberLessOrEqualTo: "is at most",
};

const results: Record<string, string> = {
  ContinueLooping: "Go round again",
  DoneLooping: "Rounds are done",
  WaitCompleted: "Time is over",
  CustomerReturned: "Customer writes",
  BotParticipantDisconnected: "Bot has left",
};

/** A condition in words. */
export function conditionName(type: string, operator: string, operand: string): string {
  if (type === "CheckHoursOfOperation" && operator === "Equals") return operand === "True" ? "Open" : operand === "False" ? "Closed" : operand;
  if (operator === "Equals") return results[operand] ?? `= ${operand}`;
  return `${operators[operator] ?? operator} ${operand}`;
}
