// Views: reading a template and its data into what a chat can show. What it does not know is left out; the view's actions are always there.
import type { Json } from "./interactive";
import { parse } from "./socket";
import type { View } from "./wire";

export interface Input {
  name: string;
  label: string;
  type: "text" | "email" | "tel" | "long" | "choice";
  options: { label: string; value: string }[];
  required: boolean;
  value: string;
}

export type Piece =
  | { kind: "heading" | "text" | "error"; text: string }
  | { kind: "facts"; facts: { label: string; value: string }[] }
  | { kind: "input"; input: Input };

export interface Shown {
  pieces: Piece[];
  actions: { action: string; label: string }[];
}

/** Lays out a view with the data of the message that shows it. */
export function layOut(view: View, data: Json): Shown {
  const body = list(obj(parse(view.Content.Template)).Body);
  const shown: Shown = { pieces: [], actions: [] };
  for (const part of body) {
    const props = Object.fromEntries(Object.entries(obj(part.Props)).map(([name, value]) => [name, resolve(value, data)]));
    add(shown, str(part.Type), props);
  }
  if (shown.actions.length === 0) shown.actions = view.Content.Actions.map((action) => ({ action, label: action }));
  return shown;
}

function add(shown: Shown, type: string, props: Json): void {
  const said = str(props.Text);
  if (type === "Heading" && said) shown.pieces.push({ kind: "heading", text: said });
  if ((type === "SubHeading" || type === "Text") && said) shown.pieces.push({ kind: "text", text: said });
  if (type === "Alert" && said) shown.pieces.push({ kind: "error", text: said });
  if (type === "AttributeBar") {
    const facts = list(props.Attributes).map((fact) => ({ label: str(fact.Label), value: str(fact.Value) }));
    if (facts.length) shown.pieces.push({ kind: "facts", facts });
  }
  if (type === "Form") shown.pieces.push(...inputs(props.Sections));
  const label = str(props.Label) || str(obj(props.Label).Label);
  if (type === "Button" && label && str(props.Action)) shown.actions.push({ action: str(props.Action), label });
}

/** The inputs of sections, however deep they lie, under the headings of their sections. */
function inputs(value: unknown): Piece[] {
  if (Array.isArray(value)) return value.flatMap(inputs);
  const part = obj(value);
  if (str(part.Name) && str(part.Type)) return [{ kind: "input", input: input(part) }];
  const heading: Piece[] = str(part.Heading) ? [{ kind: "text", text: str(part.Heading) }] : [];
  return [...heading, ...inputs(part.Items ?? [])];
}

function input(part: Json): Input {
  const options = list(part.Options).map((option) => ({ label: str(option.Label) || str(option.Value), value: str(option.Value) || str(option.Label) }));
  const wanted = str(part.InputType);
  const type = options.length ? "choice" : part.Type === "TextArea" ? "long" : wanted === "email" || wanted === "tel" ? wanted : "text";
  const value = Array.isArray(part.DefaultValue) ? str(part.DefaultValue[0]) : str(part.DefaultValue);
  return { name: str(part.Name), label: str(part.Label) || str(part.Name), type, options, required: part.Required === true, value };
}

/** "$.Name" stands for a member of the data. */
function resolve(value: unknown, data: Json): unknown {
  return typeof value === "string" && value.startsWith("$.") ? data[value.slice(2)] : value;
}

const str = (value: unknown): string => (typeof value === "string" ? value : "");
const obj = (value: unknown): Json => (value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Json) : {});
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(obj) : []);
