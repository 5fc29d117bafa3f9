import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModelRouter } from "../../src/core/models/plugin.ts";
import type { Config } from "../../src/protocols/config.ts";
import { testHost } from "./model-host.ts";
import { type TinyModel, writeTinyGguf } from "./tiny-gguf.ts";

type Local = Partial<Config["models"]["local"]>;

/** A folder for model files, removed in the end. */
export function modelFolder() {
  const path = mkdtempSync(join(tmpdir(), "skeleton-gguf-"));
  return {
    path,
    write: (name: string, model: TinyModel) => writeTinyGguf(join(path, `${name}.gguf`), model),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}

/** A router whose models are these tiny ones, which the real llama.cpp runs, one thread each. */
export async function tinyModels(
  models: Readonly<Record<string, TinyModel>>,
  options: {
    readonly local?: Local;
    /** More settings of `models`. */
    readonly config?: object;
    readonly variables?: Readonly<Record<string, string>>;
    readonly packageFolders?: readonly string[];
  } = {},
) {
  const folder = modelFolder();
  for (const [name, model] of Object.entries(models)) folder.write(name, model);
  const { settings, ...local } = options.local ?? {};
  const testing = testHost({
    discover: false,
    ...options.config,
    local: { folder: folder.path, settings: { n_threads: 1, n_ctx: 20_000, ...settings }, ...local },
  });
  const router = await createModelRouter(testing.host, {
    variables: options.variables ?? {},
    packageFolders: options.packageFolders ?? [process.cwd()],
    sleep: async () => {},
  });
  return {
    ...testing,
    folder,
    router,
    /** Figures of the last answer that ran to its end. */
    counted: () =>
      testing.lines.findLast(({ message }) => message === "models: llama.cpp has answered")?.fields as {
        readonly prompt: number;
        readonly completion: number;
        readonly reused: number;
        readonly leftOut: number;
      },
    async [Symbol.asyncDispose]() {
      await router.shutdown?.();
      await testing.settled();
      folder[Symbol.dispose]();
    },
  };
}
