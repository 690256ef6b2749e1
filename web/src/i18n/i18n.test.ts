import { beforeEach, expect, test, vi } from "vitest";

const root = { lang: "", dir: "" };
vi.stubGlobal("document", { documentElement: root });

/** The books anew, as a page that is loaded has them. */
async function page() {
  vi.resetModules();
  return import(".");
}

beforeEach(() => Object.assign(root, { lang: "", dir: "" }));

test("a page speaks the first language of those wished that there is", async () => {
  for (const [wished, lang, dir, times] of [
    ["de", "de", "ltr", "de"],
    ["xx de-AT en", "de", "ltr", "de-AT"],
    ["FR", "fr", "ltr", "FR"],
    ["ar-EG", "ar", "rtl", "ar-EG"],
    ["he", "en", "ltr", "en"],
    ["en-GB de", "en", "ltr", "en-GB"],
    ["de_nonsense_ constructor es", "es", "ltr", "es"],
    ["", "en", "ltr", "en"],
  ] as const) {
    const { speak, ...now } = await page();
    await speak(wished.split(" "));
    expect({ ...root, times: (await import(".")).language }, wished).toEqual({ lang, dir, times });
    expect(now.text.direction, wished).toBe(dir);
  }
});

test("a page of which one book lacks a language does not speak it at all", async () => {
  const { book, speak, text } = await page();
  const { en } = await import("./en");
  book({ word: "Word" });
  await speak(["de"]);
  expect(root.lang).toBe("en");
  expect(text.start).toBe(en.start);
});

test("languages count by their own rules", async () => {
  const { counting } = await import("./plural");
  const forms = { zero: "zero", one: "one", two: "two", few: "few #", many: "many #", other: "other #" };
  const said = (language: string, ...numbers: number[]) => numbers.map((n) => counting(language)(n, forms));
  expect(said("en", 0, 1, 2)).toEqual(["other 0", "one", "other 2"]);
  expect(said("fr", 0, 1, 2)).toEqual(["one", "one", "other 2"]);
  expect(said("ar", 0, 1, 2, 3, 11, 100)).toEqual(["zero", "one", "two", "few 3", "many 11", "other 100"]);
});

test("every catalogue says something everywhere, and leaves out nothing of what it is told", async () => {
  const catalogues = [(await import("./ar")).ar, (await import("./de")).de, (await import("./es")).es, (await import("./fr")).fr, (await import("./en")).en];
  for (const catalogue of catalogues) {
    for (const [key, value] of Object.entries(catalogue)) {
      const said = typeof value === "function" ? (value as (...said: unknown[]) => string)(37, 240) : typeof value === "object" ? Object.values(value).join("|") : value;
      expect(said, key).not.toMatch(/undefined|NaN|\|\||^$/);
      if (typeof value === "function") expect(said, key).toContain("37");
    }
  }
});

test("the workspace speaks German, with every word of the English", async () => {
  for (const [english, german] of [[(await import("./agent")).enAgent, (await import("./deAgent")).deAgent], [(await import("./common")).enCommon, (await import("./deCommon")).deCommon]] as const) {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
    for (const [key, value] of Object.entries(german)) {
      const of = (english as Record<string, unknown>)[key];
      expect(typeof value, key).toBe(typeof of);
      if (typeof value === "object") expect(Object.keys(value), key).toEqual(Object.keys(of as object));
      const told = ["one", "two", "three"].slice(0, typeof of === "function" ? of.length : 0);
      const as = told.map((name) => ({ name, agent_queue: true, toString: () => name })); // a text, or what has a name
      const said = typeof value === "function" ? (value as (...told: unknown[]) => string)(...as) : typeof value === "object" ? Object.values(value).join("|") : value;
      expect(said, key).not.toMatch(/undefined|NaN|\|\||^$/);
      for (const part of told) expect(said, key).toContain(part);
    }
  }
  const { speak } = await page();
  const { words } = await import("./agent");
  await speak(["de"]);
  expect([root.lang, words.accept]).toEqual(["de", "Annehmen"]);
});

test("every word is said somewhere", async () => {
  const pages = Object.values(import.meta.glob<string>(["../**/*.svelte", "../**/*.ts", "!../**/*.test.ts"], { query: "?raw", import: "default", eager: true }));
  const books = [
    { name: "text", of: '"(\\.|\\.\\.|\\.\\./\\.\\.)/i18n"|"\\./en"', said: (await import("./en")).en },
    { name: "words", of: '/i18n/agent"', said: (await import("./agent")).words },
    { name: "common", of: '/i18n/common"', said: (await import("./common")).common },
    { name: "words", of: '/i18n/first"', said: (await import("./first")).words },
  ];
  for (const { name, of, said } of books) {
    const readers = pages.filter((page) => new RegExp(of).test(page)).join("\n");
    const idle = Object.keys(said).filter((word) => !new RegExp(`\\b${name}\\.${word}\\b`).test(readers));
    expect(idle, `of the book ${of} nothing says`).toEqual([]);
  }
});
