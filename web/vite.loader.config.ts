// The loader, which sites name by one line: one classic script, /widget.js.
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  // the style sheet is a text in the script, which no minifier looks into
  plugins: [{ name: "tight", transform: (code, id) => (id.endsWith("loader.ts") ? code.replace(/`\n:host[^`]*`/, (css) => css.replace(/\s*([{};])\s*/g, "$1").replace(/([:,]) /g, "$1")) : undefined) }],
  build: {
    outDir: "dist/site",
    emptyOutDir: false,
    target: "es2020",
    lib: { entry: "src/loader/loader.ts", formats: ["iife"], name: "parleyLoader", fileName: () => "widget.js" },
  },
});
