// What the page tells its service worker, which has no other way to know how its widget is called and which language its customer reads.

export interface Words {
  title: string; // of the widget
  message: string; // what a message without a text is called
  lang: string;
  dir: "ltr" | "rtl";
}

/** Under which it lies in the browser's cache, by the worker's scope. */
export const kept = (scope: string): string => new URL("notify.words", scope).href;
export const CACHE = "parley";
