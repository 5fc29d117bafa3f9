import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { InlineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** How the page is built: `web/dist/index.html`, and everything else in `web/dist/static`, served at `/static`. */
export const webConfig: InlineConfig = {
  root: at("web"),
  configFile: false,
  plugins: [react()],
  base: "/",
  resolve: {
    alias: {
      // Streamdown brings a full HTML parser and a merger of Tailwind classes; the page uses neither.
      "rehype-raw": at("web/src/markdown/no-raw-html.ts"),
      "tailwind-merge": at("web/src/markdown/join-classes.ts"),
    },
  },
  build: {
    outDir: at("web/dist"),
    emptyOutDir: true,
    assetsDir: "static",
    // Nothing inline: the page's Content-Security-Policy allows files of this server alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    rolldownOptions: {
      output: {
        entryFileNames: "static/app.js",
        chunkFileNames: "static/[name]-[hash].js",
        assetFileNames: "static/[name]-[hash][extname]",
      },
    },
  },
};
