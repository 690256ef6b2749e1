// The pages. What a browser keeps for good lies under assets/, by hashed names.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const pages = ["index", "demo", "notify", "agent", "admin", "missing"]; // and the widget's, in vite.widget.config.ts

/** The browsers that the pages are built for. */
export const engines = {
  target: "es2022",
  cssTarget: ["chrome123", "firefox120", "safari17.5"], // these have light-dark()
  assetsInlineLimit: 0, // the policy lets no page load data: but images
  modulePreload: { polyfill: false },
};

/** What the bundler says of a build: not how long its plugins took, which depends on the machine. */
export const checks = { bundlerTimings: false };

export default defineConfig({
  root: "src",
  publicDir: false,
  plugins: [svelte({ configFile: "../svelte.config.js" })],
  build: {
    ...engines,
    outDir: "../dist/site",
    emptyOutDir: true,
    rolldownOptions: { input: pages.map((page) => `src/${page}.html`), checks },
  },
  test: { include: ["**/*.test.ts"] },
});
