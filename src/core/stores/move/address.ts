import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { databasePlace } from "../../../lib/database-place.ts";
import { badInput } from "../bad-input.ts";

/** Where a store is. `place` shows it without a password, and is the same for the same store. */
export type Address =
  | { readonly kind: "sqlite"; readonly path: string; readonly place: string }
  | { readonly kind: "postgres"; readonly url: string; readonly place: string };

/** `sqlite:FILE` or `postgres://...`. @throws `bad_input` for anything else; a password is never told. */
export function parseAddress(text: string): Address {
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/s.exec(text)?.[1];
  if (file !== undefined) {
    const path = realPath(resolve(file));
    return { kind: "sqlite", path, place: `sqlite:${path}` };
  }
  if (/^postgres(ql)?:/.test(text)) return { kind: "postgres", url: text, place: placeOf(text) };
  throw badInput(
    "An address begins with `sqlite:` or `postgres://`.",
    "Write sqlite:FILE, for example sqlite:data/skeleton.db, or postgres://USER@HOST:5432/DATABASE.",
  );
}

/** However one comes to it. Of a file that is yet to be made, its folder's. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(path);
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path;
}

/** Its options count, since they may name the schema. */
function placeOf(url: string): string {
  const place = databasePlace(url);
  const options = new URL(url).searchParams.get("options");
  return `${place}${options === null ? "" : ` (${options})`}`;
}
