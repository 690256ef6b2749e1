// The widget's page, built apart from the others: a visitor of a site loads one script and one style sheet, which hold nothing that only other pages need.
// What a chat needs comes after the form is shown.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { checks, engines } from "./vite.config.ts";

// Older than those of the other pages: what people who work here use is kept current, and a customer's telephone is not. scripts/finish.mjs holds
// what is built against it, and docs/widgets.md tells it.
const oldest = ["chrome111", "firefox114", "safari16.4"];

export default defineConfig({
  root: "src",
  publicDir: false,
  plugins: [svelte({ configFile: "../svelte.config.js" })],
  build: { ...engines, target: oldest, cssTarget: oldest, outDir: "../dist/site", emptyOutDir: false, rolldownOptions: { input: ["src/frame.html"], checks, output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } } },
});
