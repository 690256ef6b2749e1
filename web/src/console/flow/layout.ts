// Where blocks stand: as the console that made the flow has put them, or laid out anew, in columns from the start on.
import { block, outlets, type Flow, type Place } from "./graph";

export const width = 220;
const between = { x: 90, y: 36 };
const head = 62;
const line = 24;

/** How high a block is, with a line for each way out. */
export function height(flow: Flow, id: string): number {
  const action = block(flow, id);
  return head + (action ? Math.max(outlets(action).length, 0) * line : 0);
}

/** How far below a block's top its way out of that number is. */
export function outletAt(index: number): number {
  return head + index * line + line / 2 - 4;
}

/** The places of all blocks. Those that have none stand where a new layout puts them, below what has one. */
export function places(flow: Flow): Map<string, Place> {
  const kept = new Map<string, Place>();
  for (const { Identifier: id } of flow.Actions) {
    const at = flow.Metadata?.ActionMetadata?.[id]?.position;
    if (at && Number.isFinite(at.x) && Number.isFinite(at.y)) kept.set(id, at);
  }
  if (kept.size === flow.Actions.length) return kept;
  const anew = arrange(flow);
  if (kept.size === 0) return anew;
  const below = Math.max(...[...kept].map(([id, at]) => at.y + height(flow, id))) + between.y;
  for (const { Identifier: id } of flow.Actions) {
    const at = anew.get(id)!;
    if (!kept.has(id)) kept.set(id, { x: at.x, y: at.y + below });
  }
  return kept;
}

/** Columns by the length of the shortest way from the start; in each, the blocks in the order of what leads to them. */
export function arrange(flow: Flow): Map<string, Place> {
  const columns: string[][] = [];
  const seen = new Set<string>();
  const walk = (from: string[]): void => {
    let now = from.filter((id) => block(flow, id) && !seen.has(id));
    for (let depth = 0; now.length > 0; depth++) {
      const here = [...new Set(now)];
      for (const id of here) seen.add(id);
      (columns[depth] ??= []).push(...here);
      now = here.flatMap((id) => outlets(block(flow, id)!).map((one) => one.target)).filter((id) => block(flow, id) && !seen.has(id));
    }
  };
  walk([flow.StartAction]);
  for (const { Identifier: id } of flow.Actions) walk([id]); // what nothing leads to
  const found = new Map<string, Place>();
  for (const [depth, column] of columns.entries()) {
    let y = 40;
    for (const id of column) {
      found.set(id, { x: 240 + depth * (width + between.x), y });
      y += height(flow, id) + between.y;
    }
  }
  return found;
}

/** The blocks as an outline has them: depth first from the start, each once; what nothing leads to comes last. */
export function outline(flow: Flow): { id: string; depth: number; loose: boolean }[] {
  const rows: { id: string; depth: number; loose: boolean }[] = [];
  const seen = new Set<string>();
  const walk = (id: string, depth: number, loose: boolean): void => {
    const action = block(flow, id);
    if (!action || seen.has(id)) return;
    seen.add(id);
    rows.push({ id, depth, loose });
    const ways = outlets(action).filter((one) => one.target);
    // a block with one way on is a line of a list, not a step inwards
    const deeper = new Set(ways.map((one) => one.target)).size > 1;
    for (const { target } of ways) walk(target, deeper ? depth + 1 : depth, loose);
  };
  walk(flow.StartAction, 0, false);
  for (const { Identifier: id } of flow.Actions) walk(id, 0, true);
  return rows;
}

/** What the blocks cover. */
export function bounds(flow: Flow, at: Map<string, Place>): { x: number; y: number; width: number; height: number } {
  if (at.size === 0) return { x: 0, y: 0, width: 400, height: 300 };
  const left = Math.min(...[...at.values()].map((one) => one.x)) - 140; // the start stands before the first block
  const top = Math.min(...[...at.values()].map((one) => one.y));
  const right = Math.max(...[...at.values()].map((one) => one.x + width));
  const bottom = Math.max(...[...at].map(([id, one]) => one.y + height(flow, id)));
  return { x: left, y: top, width: right - left, height: bottom - top };
}
