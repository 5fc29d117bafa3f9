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

const place = /\{\{\s*(.*?)\s*\}\}/g;
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
    if (!path.test(inner)) throw unreadable(whole);
    parts.push(text.slice(end, found.index), placeOf(inner));
    end = found.index + whole.length;
  }
  const rest = text.slice(end);
  if (rest.includes("{{")) throw unreadable(rest.slice(rest.indexOf("{{")));
  return [...parts, rest].filter((part) => part !== "");
}

/** A path by itself, as in a template. @throws `config_invalid`. */
export function readPath(text: string): Place {
  if (!path.test(text)) throw unreadable(text);
  return placeOf(text);
}

function placeOf(text: string): Place {
  const optional = text.endsWith("?");
  const bare = optional ? text.slice(0, -1) : text;
  return { path: bare, keys: bare === "." ? [] : bare.split("."), optional };
}

/** The text with values in it; what is no text is written as JSON. @throws `bad_input` that names a path without a value. */
export const fillTemplate = (template: Template, from: Json): string =>
  template.map((part) => (typeof part === "string" ? part : valueAt(part, from))).join("");

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
