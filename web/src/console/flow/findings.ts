// What the server has against a flow, at the place where it can be mended.
import type { Finding } from "../../api/openapi";

export type { Finding };

/** Where in its block a finding points: "Parameters.Text", "Transitions…", "error NoMatchingError", "" for the block as a whole. */
export function placeOf(finding: Finding): string {
  const error = /Error: ([\w]+), Path: Actions\[\d+\]/.exec(finding.message);
  if (error) return `error ${error[1]}`;
  return /Path: Actions\[\d+\]\.?([^\s(]*)/.exec(finding.message)?.[1] ?? "";
}

/** A finding in words. */
export function words(finding: Finding): string {
  const { message, hint = "" } = finding;
  if (finding.rule !== "invalid") return [message, hint].filter(Boolean).join(" ");
  if (/required error|\.Transitions\.NextAction/.test(message)) return `The way out “${wayOut(finding)}” leads nowhere yet.`;
  if (message.includes("Path: StartAction")) return "The flow has no first block: choose one as the start.";
  if (/\.Transitions\.Conditions(\s|$)/.test(message)) return "A way out leads nowhere yet.";
  if (/\.Transitions\.Conditions\[\d+\]\.NextAction/.test(message)) return "A condition leads nowhere yet.";
  if (/\.Identifier(\s|$)/.test(message)) return "This identifier cannot be used: it is taken, is longer than 50 characters, or has one of % : ( ) / \\ = $ , ; [ ] { }.";
  if (message.startsWith("Action is missing required property")) return "Please fill this in.";
  if (message.startsWith("At least one of")) return "One of these is needed: " + (/\[(.*)\]/.exec(message)?.[1] ?? "");
  const told = message.replace(/\s*\(block .*\)$/, "");
  return hint && !hint.startsWith("Amazon Connect") ? hint : told;
}

function wayOut(finding: Finding): string {
  const place = placeOf(finding);
  return place.startsWith("error ") ? (spoken[place.slice(6)] ?? place.slice(6)) : "Next";
}

const spoken: Record<string, string> = { NoMatchingError: "On error", NoMatchingCondition: "Anything else", QueueAtCapacity: "Queue is full", TimeLimitExceeded: "No answer in time" };

/** The findings of each block; "" is the flow as a whole. */
export function byBlock(findings: readonly Finding[]): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const one of findings) found.set(one.action ?? "", [...(found.get(one.action ?? "") ?? []), one]);
  return found;
}

/** The worst of some findings. */
export function worst(findings: readonly Finding[] = []): "error" | "warning" | undefined {
  if (findings.some((one) => one.severity === "error")) return "error";
  return findings.some((one) => one.severity === "warning") ? "warning" : undefined;
}
