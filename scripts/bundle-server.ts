import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type Plugin, rolldown } from "rolldown";

/**
 * What a start loads: the command line, the server, and the thread of its database. Whatever these import only at times
 * becomes a file of its own under `chunks/`.
 */
const entries = ["cli/run-command-line", "main", "core/stores/sqlite/worker"];

/** Packages that find files of their own beside them, or are native, or are seldom needed and large. */
const outside = [/^@node-rs\//, /^@fastify\/swagger-ui$/, /^oxc-parser$/, /^pg$/, /^pino$/, /^typescript$/];

/**
 * Joins the modules that a start of the server loads into a few files, in place of the entries among the compiled ones:
 * to find and open nine hundred modules takes longer than everything else that a start does.
 * @param folder where the compiled modules of `src` are; all of them stay, for whoever imports one by its name.
 */
export async function bundleServer(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, `${folder}/${entry}.js`])),
    platform: "node",
    external: outside,
    plugins: [keepPlaces(folder), plainAscii],
  });
  const { output } = await bundle.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    intro: ({ fileName }) => `const modules = new URL("${upFrom(fileName)}", import.meta.url);`,
  });
  await bundle.close();
  const modules = output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : []));
  writeFileSync(join(folder, "chunks/licenses.txt"), licensesOf(modules));
}

const upFrom = (fileName: string): string => "../".repeat(fileName.split("/").length - 1) || "./";

/** A module goes on finding what lies beside the file that it was compiled to. */
const keepPlaces = (folder: string): Plugin => ({
  name: "keep-places",
  transform: {
    filter: { id: new RegExp(`^${RegExp.escape(folder)}/`), code: "import.meta.url" },
    handler: (code, id) =>
      code.replaceAll("import.meta.url", `new URL(${JSON.stringify(relative(folder, id))}, modules).href`),
  },
});

/**
 * One character beyond Latin-1 would have V8 keep all of a file's text in two bytes a character. An escape of each code
 * unit means the same in strings, templates and regular expressions.
 */
const plainAscii: Plugin = {
  name: "plain-ascii",
  generateBundle(_options, bundle) {
    for (const part of Object.values(bundle)) {
      if (part.type !== "chunk") continue;
      part.code = part.code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
    }
  },
};

/** The terms of the packages that were joined, which their authors want kept with them. */
function licensesOf(modules: readonly string[]): string {
  const folders = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  return [...new Set(folders)]
    .filter((folder) => existsSync(join(folder, "package.json")))
    .toSorted()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const texts = globSync("{licen[cs]e,LICEN[CS]E,License}*", { cwd: folder });
      return [
        `${name} ${version} (${license})`,
        ...texts.map((file) => readFileSync(join(folder, file), "utf8")),
      ];
    })
    .map((parts) => parts.join("\n\n"))
    .join(`\n${"-".repeat(80)}\n`);
}
