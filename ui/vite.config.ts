import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [svelte()],
  clearScreen: false,
  server: { port: 1420, strictPort: true, host: "127.0.0.1" },
  build: {
    outDir: "dist",
    // WebKitGTK of Debian 12 and later, and the WebViews of the other systems.
    target: ["safari16", "chrome110"],
    // The content security policy allows files of our own, not data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A page brings its own code, what the window starts with is one file, and so is what most pages share: of
          // many small files more is loaded, since each is compressed alone.
          groups: [
            { name: "base", tags: ["$initial"] },
            { name: "shared", minShareCount: 4 },
          ],
        },
      },
    },
  },
});
