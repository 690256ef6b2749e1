// What is looked at anew for as long as somebody looks at the page.

/**
 * Does something at once, and then again a while after the last time has ended, however long that took; not while the page is hidden. Returns
 * what stops it.
 */
export function repeat(every: number, deed: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const later = (): void => {
    if (!stopped) timer = setTimeout(() => (document.visibilityState === "visible" ? now() : later()), every);
  };
  const now = (): void => void deed().finally(later);
  now();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
