// What describes a kind of things: how they are listed, read, made, changed and deleted, and what the form of one has.
import type { Api } from "../api/api";

/** A text, a switch ("true"), or several ids. */
export type Values = Record<string, string | string[]>;

/** A member of the rows of a field: its name, and what it is. */
export interface ColumnOf {
  name: string;
  label: string;
  type: "text" | "number" | "choice" | "switch";
  options?: { value: string; label: string }[];
  of?: string;
  /** What a new row begins with. */
  fresh?: string;
}

export interface FieldOf {
  name: string;
  label: string;
  type: "text" | "long" | "password" | "number" | "date" | "choice" | "many" | "lines" | "switch" | "week" | "json" | "rows";
  hint?: string;
  required?: boolean;
  /** Choices: given, or the things of a kind. */
  options?: { value: string; label: string }[];
  of?: string;
  /** Rows: the word for one, and what each has. Their value is JSON. */
  row?: string;
  columns?: ColumnOf[];
  /** Only when a thing is made, or only afterwards. */
  only?: "new" | "old";
  /** It cannot be changed once the thing is there. */
  fixed?: boolean;
  /** It is there only where this holds. */
  when?: (values: Values) => boolean;
  /** What the server has against what is written, "" for nothing. It is asked while somebody writes. */
  check?: (api: Api, values: Values) => Promise<string>;
}

/** One thing as its page shows it. */
export interface Loaded {
  values: Values;
  name: string;
  arn?: string;
  /** Why nobody can change it. */
  kept?: string;
}

export interface Kind {
  slug: string;
  title: string;
  one: string;
  about: string;
  view: string[];
  mayCreate?: string;
  mayEdit?: string;
  mayRemove?: string;
  columns: string[];
  fields: FieldOf[];
  /** What a new one begins with. */
  fresh?: Values;
  list(api: Api): Promise<{ id: string; name: string; cells: string[] }[]>;
  load(api: Api, id: string): Promise<Loaded>;
  create?(api: Api, values: Values): Promise<string>;
  update?(api: Api, id: string, values: Values, before: Values): Promise<void>;
  remove?(api: Api, id: string): Promise<void>;
}

export const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));
export const one = (values: Values, name: string): string => text(values[name]).trim();
export const many = (values: Values, name: string): string[] => (Array.isArray(values[name]) ? values[name] : []);
export const lines = (values: Values, name: string): string[] => text(values[name]).split("\n").map((line) => line.trim()).filter(Boolean);
/** The rows of a field of them. */
export const rows = (values: Values, name: string): Record<string, string>[] => JSON.parse(text(values[name]) || "[]") as Record<string, string>[];
export const some = (value: string): string | undefined => value || undefined;
export const same = (a: Values, b: Values, ...names: string[]): boolean => names.every((name) => JSON.stringify(a[name] ?? "") === JSON.stringify(b[name] ?? ""));
/** The permissions of a group that are named as Amazon Connect names most of them. */
export const by = (prefix: string) => ({ view: [`${prefix}.View`, `${prefix}.Create`, `${prefix}.Edit`, `${prefix}.Delete`], mayCreate: `${prefix}.Create`, mayEdit: `${prefix}.Edit`, mayRemove: `${prefix}.Delete` });

export const name: FieldOf = { name: "Name", label: "Name", type: "text", required: true };
export const description: FieldOf = { name: "Description", label: "Description", type: "long" };

/** The members of a hierarchy of groups, from the top. */
export const LEVELS = ["LevelOne", "LevelTwo", "LevelThree", "LevelFour", "LevelFive"] as const;
