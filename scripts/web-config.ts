import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { InlineConfig, Plugin } from "vite";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * What runs before the first paint: a file of its own, since the Content-Security-Policy allows no script in the page,
 * and no module, since those wait until the page is there.
 */
function firstPaint(): Plugin {
  const source = ["first-paint", "early-requests"]
    .map((name) => readFileSync(at(`web/src/${name}.js`), "utf8"))
    .join("");
  const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
  const fileName = `static/first-paint-${hash}.js`;
  return {
    name: "first-paint",
    generateBundle() {
      this.emitFile({ type: "asset", fileName, source });
    },
    // The frames beside the page have no theme of their own, and no storage to look into.
    transformIndexHtml: (_html, { path }) =>
      path === "/index.html"
        ? [{ tag: "script", attrs: { src: `./${fileName}` }, injectTo: "head-prepend" }]
        : [],
  };
}

/** KaTeX brings each font three times; every browser that the page runs in reads the smallest. */
const woff2Only: Plugin = {
  name: "woff2-only",
  enforce: "pre",
  transform: {
    filter: { id: /katex\.min\.css/ },
    handler: (css) => css.replace(/,url\([^)]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, ""),
  },
};

/** What a build asks about its modules. */
type Modules = { getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null };

let base: ReadonlySet<string> | undefined;

/**
 * All that the page needs before anything else, in one file: cut along what later parts share with it, as is usual, it
 * would be some thirty, a tenth larger in all.
 */
function baseOf(modules: Modules): ReadonlySet<string> {
  if (base !== undefined) return base;
  const entry = at("web/src/main.tsx");
  const found = new Set([entry]);
  for (const id of found)
    for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  // It stays a file of its own: pages from elsewhere load it by its name, and it waits for words that import the base.
  found.delete(entry);
  // The frames run without an origin, and have no use for the rest of the page.
  const frames = new Set(
    ["diagram", "picture"].map((name) => at(`web/src/markdown/frames/${name}-frame.ts`)),
  );
  for (const id of frames) {
    for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) frames.add(imported);
    found.delete(id);
  }
  base = found;
  return base;
}

/**
 * How the page is built: `web/dist/index.html`, the frames beside it, and everything else in `web/dist/static`, served
 * at `/static`.
 */
export const webConfig: InlineConfig = {
  root: at("web"),
  configFile: false,
  plugins: [react(), firstPaint(), woff2Only],
  base: "./", // the server may stand under a path of its host
  resolve: {
    // Mermaid asks for an older one: two of them would be a tenth of the whole page.
    dedupe: ["katex"],
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
    chunkSizeWarningLimit: 4_000, // in kB: what a diagram or a formula needs is large, and loaded when one is met
    target: "es2023",
    // Browsers that know `light-dark()`: what stands in for it would follow the system, and no chosen theme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    rolldownOptions: {
      input: {
        app: at("web/index.html"),
        "diagram-frame": at("web/frames/diagram.html"),
        "picture-frame": at("web/frames/picture.html"),
      },
      output: {
        entryFileNames: ({ name }) => (name === "app" ? "static/app.js" : "static/[name]-[hash].js"),
        chunkFileNames: "static/[name]-[hash].js",
        assetFileNames: "static/[name]-[hash][extname]",
        codeSplitting: {
          groups: [
            { name: "later", test: /preload-helper/, priority: 1 }, // which the frames have, too
            { name: (id, modules) => (baseOf(modules).has(id) ? "base" : null), debugName: "base" },
          ],
        },
      },
    },
  },
  worker: {
    format: "es",
    rolldownOptions: {
      output: { entryFileNames: "static/[name]-[hash].js", chunkFileNames: "static/[name]-[hash].js" },
    },
  },
};
