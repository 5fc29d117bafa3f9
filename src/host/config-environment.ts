import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { nearest } from "../lib/nearest.ts";
import type { Layer } from "./config-layers.ts";
import { treeOf } from "./config-layers.ts";
import { settings } from "./config-schema.ts";
import { fromText, levelFromText } from "./config-text.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/** Variables of ours that set no key of the configuration. */
export const otherVariables = [
  "SKELETON_CONFIG",
  "SKELETON_URL",
  "SKELETON_TOKEN",
  "SKELETON_USER",
  "SKELETON_PASSWORD",
];

/** The variables of a `.env` file in this folder: none when there is no such file. */
export async function readDotEnv(cwd: string): Promise<{ variables: Variables; faults: readonly string[] }> {
  try {
    return { variables: parseEnv(await readFile(join(cwd, ".env"), "utf8")), faults: [] };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      variables: {},
      faults: code === "ENOENT" ? [] : [`.env cannot be read: ${code ?? String(error)}`],
    };
  }
}

/** What the variables set, a layer each, with remarks for the log. Blanks around a value are no part of it. */
export function environmentLayers(variables: Variables): {
  readonly layers: readonly Layer[];
  readonly faults: readonly string[];
  readonly notes: readonly string[];
} {
  const layers: Layer[] = [];
  const notes: string[] = [];
  const known = new Set(otherVariables);
  for (const { path, node } of settings()) {
    if (node.env === undefined) continue;
    known.add(node.env);
    const names = [node.env, ...(node.envBefore ?? [])];
    const name = names.find((each) => (variables[each]?.trim() ?? "") !== ""); // an empty variable is how scripts unset one
    if (name === undefined) continue;
    const text = variables[name]?.trim() ?? "";
    let value = fromText(node, text);
    if (name === "LOG_LEVEL") {
      // The one variable that is forgiven, as it always was: a server that is only too quiet should still start.
      value = levelFromText(node, text) ?? node.default;
      if (levelFromText(node, text) === undefined) {
        notes.push(`LOG_LEVEL is "${text}", which is no level: ${String(node.default)} is used`);
      }
    }
    layers.push({ values: treeOf(path, value), sourceOf: () => name });
  }
  const faults = Object.keys(variables)
    .filter((name) => name.startsWith("SKELETON_") && !known.has(name) && variables[name] !== "")
    .map((name) => {
      const near = nearest(name, [...known]);
      return `${name} is not a variable of Skeleton${near === undefined ? "" : `; did you mean ${near}?`}`;
    });
  return { layers, faults, notes };
}
