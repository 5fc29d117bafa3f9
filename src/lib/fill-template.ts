import type { Json, JsonObject } from "../protocols/json.ts";
import { SkeletonError } from "./errors.ts";

/** A text with places for values, read once. It says where each value is, and nothing else: no code, no conditions. */
export type Template = readonly (string | Place)[];

export type Place = {
  /** As it was written. */
  readonly path: string;
  readonly keys: readonly string[];
  /** Without a value it stays empty. */
  readonly optional: boolean;
};

/** Without a word of the blanks inside, which are trimmed: three repeats over the same blanks took half a minute for 5,000. */
const place = /\{\{(.*?)\}\}/gs;
const path = /^(?:\.|[\w$@-]+(?:\.[\w$@-]+)*)\??$/;

/**
 * Reads `New: {{ issue.title }}, {{ issue.labels.0.name? }}`. The path `.` is all there is; one that ends in `?` may lead to
 * nothing. @throws `config_invalid` for anything else between braces.
 */
export function readTemplate(text: string): Template {
  const parts: (string | Place)[] = [];
  let end = 0;
  for (const found of text.matchAll(place)) {
    const [whole, inner = ""] = found;
    parts.push(text.slice(end, found.index), placeIn(inner.trim(), whole));
    end = found.index + whole.length;
  }
  const rest = text.slice(end);
  if (rest.includes("{{")) throw unreadable(rest.slice(rest.indexOf("{{")));
  return [...parts, rest].filter((part) => part !== "");
}

/** A path by itself, as in a template. @throws `config_invalid`. */
export const readPath = (text: string): Place => placeIn(text, text);

function placeIn(text: string, whole: string): Place {
  if (!path.test(text)) throw unreadable(whole);
  const optional = text.endsWith("?");
  const bare = optional ? text.slice(0, -1) : text;
  return { path: bare, keys: bare === "." ? [] : bare.split("."), optional };
}

/** Characters of a filled text: a long value that stands in many places would make it gigabytes. */
const longest = 1_000_000;

/**
 * The text with values in it; what is no text is written as JSON.
 * @throws `bad_input` that names a path without a value, and for a text of more than 1,000,000 characters.
 */
export function fillTemplate(template: Template, from: Json): string {
  let text = "";
  for (const part of template) {
    text += typeof part === "string" ? part : valueAt(part, from);
    if (text.length > longest)
      throw new SkeletonError("bad_input", `Filled in, the text has more than ${longest} characters.`, {
        hint: "Send shorter values, or name them in fewer places.",
      });
  }
  return text;
}

/** What stands at a place, as text. @throws as `fillTemplate`. */
export function valueAt({ path, keys, optional }: Place, from: Json): string {
  const value = keys.reduce<Json | undefined>(inside, from);
  if (value !== undefined && value !== null) return typeof value === "string" ? value : JSON.stringify(value);
  if (optional) return "";
  throw new SkeletonError("bad_input", `There is nothing at \`${path}\` in what was sent.`, {
    hint: "Send it, or write the path with a `?` at its end in skeleton.yaml.",
  });
}

function inside(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Array.isArray(value) && !/^\d+$/.test(key) ? undefined : (value as JsonObject)[key];
}

const unreadable = (text: string) =>
  new SkeletonError("config_invalid", `${JSON.stringify(text.slice(0, 100))} is no path to a value.`, {
    hint: "Write names and numbers with dots between, as in {{ issue.labels.0.name }}; `?` at the end where it may be missing.",
  });
