import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Quiet } from "./quiet.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;
const after = (quiet: Quiet, minutes: number) => {
  vi.advanceTimersByTime(minutes * MINUTE);
  return [quiet.warned, quiet.left];
};

test("with an idle timer nothing is said before it, then the minutes that are left", () => {
  const quiet = new Quiet();
  quiet.told({ idle: false, alarm: true, ends_in_ms: 5 * MINUTE, allowed_ms: 5 * MINUTE });
  expect(after(quiet, 2)).toEqual([false, undefined]);
  quiet.told({ idle: true, alarm: true, ends_in_ms: 3 * MINUTE - 400, allowed_ms: 5 * MINUTE });
  expect(after(quiet, 0)).toEqual([true, 3]);
  expect(after(quiet, 1)).toEqual([true, 2]);
  expect(after(quiet, 1)).toEqual([true, 1]);
  expect(after(quiet, 0.9)).toEqual([true, 0]);
  expect(after(quiet, 9)).toEqual([true, 0]);
  quiet.said();
  expect(after(quiet, 4)).toEqual([false, undefined]);
});

test("an idle timer alone says nothing of an end", () => {
  const quiet = new Quiet();
  quiet.told({ idle: true, alarm: true });
  expect(after(quiet, 9)).toEqual([true, undefined]);
  quiet.waits(false);
  expect(after(quiet, 0)).toEqual([false, undefined]);
});

test("without an idle timer the last two minutes are told, of a short time its second half", () => {
  const quiet = new Quiet();
  quiet.told({ idle: false, alarm: false, ends_in_ms: 9 * MINUTE, allowed_ms: 10 * MINUTE });
  expect(after(quiet, 6.9)).toEqual([false, undefined]);
  expect(after(quiet, 0.2)).toEqual([true, 2]);
  quiet.said();
  expect(after(quiet, 7.9)).toEqual([false, undefined]);
  expect(after(quiet, 0.2)).toEqual([true, 2]);
  quiet.told({ idle: false, alarm: false, ends_in_ms: 2 * MINUTE, allowed_ms: 2 * MINUTE });
  expect(after(quiet, 0.9)).toEqual([false, undefined]);
  expect(after(quiet, 0.2)).toEqual([true, 1]);
  quiet.stop();
  expect(after(quiet, 5)).toEqual([false, undefined]);
});
