import { SkeletonError } from "../lib/errors.ts";
import type { StoreDefinition, WholeRecord } from "../protocols/store.ts";

/*
 * An export is lines of JSON: which format it has, then each store's definition followed by its records, then how many
 * there were. The last line is what tells a whole file from one that was cut short.
 */

export type ExportLine =
  | { readonly skeleton_export: 1; readonly exported_at: string }
  | StoreDefinition
  | WholeRecord
  | { readonly end: true; readonly records: number };

/** @throws `bad_input` for what is not a line of an export. */
export function parseLine(text: string, number: number): ExportLine {
  const line = parsed(text);
  if (typeof line === "object" && line !== null) {
    const kinds = ["skeleton_export", "schema", "record", "end"];
    if (kinds.some((kind) => Object.hasOwn(line, kind))) return line as ExportLine;
  }
  throw new SkeletonError("bad_input", `Line ${number} is not a line of an export.`, {
    hint: "Import a file that `skeleton export` has written.",
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
