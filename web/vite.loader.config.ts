// The loader, which sites name by one line: one classic script, /widget.js.
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist/site",
    emptyOutDir: false,
    target: "es2020",
    lib: { entry: "src/loader/loader.ts", formats: ["iife"], name: "parleyLoader", fileName: () => "widget.js" },
  },
});
