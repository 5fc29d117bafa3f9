import type { FormField } from "../../../src/lib/form-fields.ts";
import type { Json, JsonObject } from "../../../src/protocols/json.ts";

/** What stands in the fields of a form: texts as they were typed, switches, ticked choices. */
export type Filled = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** A form as it is shown at first. */
export const filledBefore = (fields: readonly FormField[]): Filled =>
  Object.fromEntries(
    fields.map((field) => {
      if (field.kind === "boolean") return [field.name, field.default ?? false];
      if (field.kind === "choices") return [field.name, field.default ?? []];
      if (field.kind === "text" && field.format === "date-time") return [field.name, timeHere(field.default)];
      return [field.name, field.default?.toString() ?? ""];
    }),
  );

/** A point in time as its field shows it: in minutes of this place. Nothing for what is none. */
function timeHere(text: string | undefined): string {
  const time = new Date(text ?? "");
  if (Number.isNaN(time.getTime())) return "";
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What is to be sent. A field that was left empty is left out. */
export function valuesOf(fields: readonly FormField[], filled: Filled): JsonObject {
  const values = fields.flatMap((field): readonly (readonly [string, Json])[] => {
    const value = filledIn(field, filled[field.name]);
    return value === undefined ? [] : [[field.name, value]];
  });
  return Object.fromEntries(values);
}

function filledIn(field: FormField, value: Filled[string]): Json | undefined {
  if (value === undefined || value === "") return undefined;
  if (field.kind === "choices") return Array.isArray(value) && value.length > 0 ? [...value] : undefined;
  if (typeof value !== "string") return value as boolean;
  if (field.kind === "number") {
    const number = Number(value);
    return Number.isFinite(number) ? number : value; // a text that is none is told to be none
  }
  if (field.kind !== "text" || field.format !== "date-time") return value;
  const time = new Date(value); // of this place, as its field has it
  return Number.isNaN(time.getTime()) ? value : time.toISOString();
}
