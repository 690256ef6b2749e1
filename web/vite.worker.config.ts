// The service worker of a widget, which browsers know by its name: one classic script, notify.js.
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist/site",
    emptyOutDir: false,
    target: "es2020",
    lib: { entry: "src/notify/worker.ts", formats: ["iife"], name: "parleyWorker", fileName: () => "notify.js" },
  },
});
