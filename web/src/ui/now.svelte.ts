// The time, for what counts seconds: one timer for all of a page, which runs while something counts.
let now = $state(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Called by a component that counts, while it is made: the time goes on for as long as it is there. */
export function running(): void {
  $effect(() => {
    if (users++ === 0) {
      now = Date.now();
      timer = setInterval(() => (now = Date.now()), 1000);
    }
    return () => {
      if (--users === 0) clearInterval(timer);
    };
  });
}

/** Seconds since a time. */
export const since = (iso: string): number => (now - Date.parse(iso)) / 1000;

/** Seconds until a time. */
export const until = (iso: string): number => (Date.parse(iso) - now) / 1000;
