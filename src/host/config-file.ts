import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { isMap as isYamlMap, LineCounter, parseDocument } from "yaml";
import type { Layer } from "./config-layers.ts";

/** The settings of a file; `undefined` when there is none; or what is wrong with it, a sentence each. */
export type ConfigFile = { readonly layer?: Layer; readonly faults: readonly string[] };

/** Reads `skeleton.yaml`. Only a file that somebody asked for by name has to be there. */
export async function readConfigFile(cwd: string, named: string | undefined): Promise<ConfigFile> {
  const name = named ?? "skeleton.yaml";
  try {
    const text = await readFile(isAbsolute(name) ? name : join(cwd, name), "utf8");
    return parseConfigFile(name, text);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && named === undefined) return { faults: [] };
    return { faults: [`${name} cannot be read: ${code === "ENOENT" ? "there is no such file" : code}`] };
  }
}

function parseConfigFile(name: string, text: string): ConfigFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineOf = (offset: number) => `${name}:${lineCounter.linePos(offset).line}`;
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map(({ pos, message }) => `${lineOf(pos[0])} is no valid YAML: ${message}`),
    };
  }
  const { contents } = document;
  if (contents === null || document.toJS() === null) return { faults: [] };
  if (!isYamlMap(contents)) {
    return {
      faults: [`${lineOf(contents.range?.[0] ?? 0)} must be a map, each line a setting like "port: 8000"`],
    };
  }
  const values = document.toJS({ maxAliasCount: 100 }) as Record<string, unknown>;
  const sourceOf = (path: readonly string[]) => {
    const node = document.getIn(path, true) as { readonly range?: readonly number[] } | undefined;
    return node?.range?.[0] === undefined ? name : lineOf(node.range[0]);
  };
  return { layer: { values, sourceOf }, faults: [] };
}
