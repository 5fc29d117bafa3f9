import { parse, stringify } from "yaml";
import { SkeletonError } from "./errors.ts";
import { foldedName, roleTextFault } from "./role-texts.ts";
import { runWithin } from "./run-within.ts";

/** What of a chat role stands in a file. */
export type RoleTexts = { readonly name: string; readonly instructions: string };

/**
 * Why an entry of a file cannot be a chat role: it is something else; it has no name or no instructions that are a text
 * with something in it; they are too long; the name has line breaks; a name stands there twice.
 */
export type RoleEntryFault =
  | "no_role"
  | "no_name"
  | "no_instructions"
  | "long_name"
  | "long_instructions"
  | "lines_in_name"
  | "twice";

/** An entry of a file, trimmed. One with a `fault` has what name there is, else `""`. */
export type RoleEntry =
  | (RoleTexts & { readonly fault?: undefined })
  | { readonly name: string; readonly fault: RoleEntryFault };

export type RoleFormat = "yaml" | "json";

/** More is no file of roles. */
const mostEntries = 1000;

/**
 * What reading YAML may take of the thread that everybody shares. A thousand long roles take 40 ms; two megabytes that were
 * made for it took 20 s.
 */
const yamlMs = 150;

/** A file of chat roles: a list of names and instructions, to be read by `readRoleFile`. */
export function writeRoleFile(roles: readonly RoleTexts[], format: RoleFormat): string {
  const list = roles.map(({ name, instructions }) => ({ name, instructions }));
  if (format === "json") return `${JSON.stringify(list, null, 2)}\n`;
  return stringify(list, { lineWidth: 0, blockQuote: "literal" });
}

/**
 * Reads YAML or JSON: a list of maps with `name` and `instructions` (what else they have is passed over), or a map of key
 * to `content`, as a file of system prompts is.
 * @throws `bad_input` when it is neither, has more than 1,000 entries, or takes too long to read.
 */
export function readRoleFile(text: string): readonly RoleEntry[] {
  const content = parsed(text);
  const map = mapOf(content);
  const entries = map === undefined ? content : [...map].map(keyed);
  if (!Array.isArray(entries))
    throw unusable("The file holds no roles.", "Write a list of maps, each with `name` and `instructions`.");
  if (entries.length > mostEntries)
    throw unusable(`The file has more than ${mostEntries} entries.`, "Import it in parts.");
  const seen = new Set<string>();
  return entries.map((entry: unknown) => {
    const read = readEntry(entry);
    if (read.fault !== undefined) return read;
    const folded = foldedName(read.name);
    if (seen.has(folded)) return { name: read.name, fault: "twice" };
    seen.add(folded);
    return read;
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // YAML says what is wrong with it, and nearly all JSON is YAML
  }
  const read = runWithin(yamlMs, () => parsedYaml(text));
  if (read === undefined)
    throw unusable("The file takes too long to read as YAML.", "Import it in parts, or as JSON.");
  return read.value;
}

function parsedYaml(text: string): unknown {
  try {
    return parse(text, { uniqueKeys: false, mapAsMap: true, logLevel: "error" });
  } catch (error) {
    const [line = ""] = String((error as Error).message).split("\n");
    throw unusable(`The file is neither YAML nor JSON: ${line}`, "Correct it there, and import it again.");
  }
}

/** What has keys, whether YAML or JSON told of it. Only its own: a file may be nested as deeply as it likes. */
function mapOf(value: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (value instanceof Map) return value;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? new Map(Object.entries(value)) : undefined;
}

/** A system prompt under its key, as what a list would have there. */
const keyed = ([key, entry]: [unknown, unknown]): unknown => {
  const prompt = mapOf(entry);
  return prompt && { name: String(key), instructions: prompt.get("content") };
};

function readEntry(entry: unknown): RoleEntry {
  const map = mapOf(entry);
  if (map === undefined) return { name: "", fault: "no_role" };
  const [name, instructions] = [textOf(map.get("name")), textOf(map.get("instructions"))];
  const fault =
    faults.name[roleTextFault("name", name) ?? "none"] ??
    faults.instructions[roleTextFault("instructions", instructions) ?? "none"];
  return fault === undefined ? { name, instructions } : { name: name.slice(0, 200), fault };
}

const faults: Record<keyof RoleTexts, Readonly<Record<string, RoleEntryFault>>> = {
  name: { blank: "no_name", long: "long_name", lines: "lines_in_name" },
  instructions: { blank: "no_instructions", long: "long_instructions" },
};

const textOf = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

const unusable = (message: string, hint: string) => new SkeletonError("bad_input", message, { hint });
