// Why something was not taken, in the words of the page. The server says it to programs, in English; the numbers in it are the limits that hold there.
import { language, text } from "../i18n";
import { Refused } from "./wire";

export interface Refusal {
  why?: string; // nothing: what went wrong passes
  hopeless?: true; // the same again is refused again
}

/** Why a text was not sent. */
export function ofText(cause: unknown, said: string): Refusal {
  if (!final(cause)) return {};
  const most = limit(cause);
  return { why: most !== undefined && [...said].length > most ? text.refused.tooLong(most) : text.refused.text, hopeless: true };
}

/** Why a file was not sent. */
export function ofFile(cause: unknown, file: File): Refusal {
  if (!final(cause)) return {};
  return { why: aboutFile(cause, file), hopeless: true };
}

function aboutFile(cause: Refused, { size }: File): string {
  const most = limit(cause);
  const types = /Allowed are (.+)$/.exec(cause.message)?.[1];
  if (cause.kind === "ServiceQuotaExceededException" && most !== undefined) return text.refused.tooMany(most);
  if (size === 0) return text.refused.empty;
  if (most !== undefined && size > most) return text.refused.tooLarge(megabytes(most));
  return types ? text.refused.type(types) : text.refused.file;
}

function final(cause: unknown): cause is Refused {
  return cause instanceof Refused && (cause.status === 400 || cause.status === 402 || cause.status === 413);
}

function limit({ message }: Refused): number | undefined {
  const most = /at most (\d+)/i.exec(message)?.[1];
  return most === undefined ? undefined : Number(most);
}

function megabytes(bytes: number): string {
  return new Intl.NumberFormat(language, { style: "unit", unit: "megabyte", maximumFractionDigits: 1, numberingSystem: "latn" }).format(bytes / 2 ** 20);
}
