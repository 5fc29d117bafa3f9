import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { extname } from "node:path";
import { isObject } from "../../../lib/is-object.ts";
import { seedNames } from "../schema/signature.ts";
import { readSource } from "../schema/source.ts";
import { type ExportedFunction, type WrittenTool, writtenTools } from "../schema/written-tool.ts";

/** What the texts of tool files were read to say, so that a text is read once and not at every start. */
export type SchemaMemory = {
  /** The tools of a text, from memory where it knows them. @throws SchemaFault when the text is no program. */
  read(entry: string, text: string, functions: readonly ExportedFunction[]): Promise<readonly WrittenTool[]>;
  /** Writes down what is new since the last time. Where that cannot be written it is read again next time. */
  keep(): Promise<void>;
};

/** Texts; the ones that were not used for longest go first. */
const textsAtMost = 2_000;
/** Of the file. A text takes about a kilobyte. */
const bytesAtMost = 16 * 1024 * 1024;

/** @param file where it is kept. It is believed only where it has the right shape. Absent: nowhere. */
export async function openSchemaMemory(file: string | undefined): Promise<SchemaMemory> {
  const reader = readerId();
  const known = new Map(file === undefined ? [] : await readKept(file, reader));
  let news = false;
  return {
    async read(entry, text, functions) {
      const key = hash(JSON.stringify([extname(entry), functions]), text);
      const before = known.get(key);
      known.delete(key);
      const tools = isKept(before) ? before : writtenTools(await readSource(entry, text), functions);
      if (tools !== before) news = true;
      known.set(key, tools);
      return tools;
    },
    async keep() {
      if (file === undefined || !news) return;
      news = false;
      const entries = [...known].slice(-textsAtMost);
      const fresh = `${file}.${process.pid}`;
      try {
        await writeFile(fresh, JSON.stringify({ reader, entries }), { mode: 0o600 });
        await rename(fresh, file); // so that whoever starts now sees all of it or the one before
      } catch {
        // No folder, no room, no right to write: that costs the next start some ms, and what matters there says so itself.
        await rm(fresh, { force: true }).catch(() => {});
      }
    },
  };
}

type Kept = readonly (readonly [key: string, tools: unknown])[];

/** What is missing, torn, of another reader or of another shape is nothing. */
async function readKept(file: string, reader: string): Promise<Kept> {
  try {
    if ((await stat(file)).size > bytesAtMost) return [];
    const kept: unknown = JSON.parse(await readFile(file, "utf8"));
    if (!isObject(kept) || kept.reader !== reader || !Array.isArray(kept.entries)) return [];
    return kept.entries.filter((entry) => Array.isArray(entry) && typeof entry[0] === "string");
  } catch {
    return [];
  }
}

/** By hand: a schema of it would take as long to check as the text to read. */
const isKept = (value: unknown): value is readonly WrittenTool[] =>
  Array.isArray(value) && value.every(isWrittenTool);

/** Names, traits and parameters are checked where a tool is made of it. */
function isWrittenTool(value: unknown): boolean {
  if (!isObject(value) || typeof value.exported !== "string" || typeof value.where !== "string") return false;
  const { method, line, schema, problem } = value;
  if (method !== undefined && typeof method !== "string") return false;
  if (line !== undefined && typeof line !== "number") return false;
  if (schema === undefined) return typeof problem === "string";
  return isObject(schema) && Array.isArray(schema.slots) && schema.slots.every(isSlot);
}

const isSlot = (value: unknown): boolean =>
  isObject(value) &&
  (value.fill === "argument"
    ? typeof value.name === "string"
    : ["arguments", "context", ...seedNames].some((fill) => fill === value.fill));

/** Which reader it is: another one may make something else of the same text. */
function readerId(): string {
  const folder = new URL("../schema/", import.meta.url);
  const files = readdirSync(folder).filter((name) => !name.includes(".test."));
  const parser = findPackageJSON("oxc-parser", import.meta.url);
  const texts = [...files.sort().map((name) => new URL(name, folder)), parser].map((place) =>
    place === undefined ? "" : readFileSync(place, "utf8"),
  );
  return hash(...texts);
}

const hash = (...texts: readonly string[]): string => {
  const sum = createHash("sha256");
  for (const text of texts) sum.update(`${text.length}:`).update(text);
  return sum.digest("base64");
};
