import type { Json, JsonObject } from "../protocols/json.ts";
import type { FormField, TextFormat } from "./form-fields.ts";

/** What is wrong with what a field was filled with; `limit` is what it should be. */
export type FormFault = {
  readonly field: string;
  readonly fault:
    | "missing"
    | "unknown"
    | "no_text"
    | "no_number"
    | "no_boolean"
    | "no_choice"
    | "not_whole"
    | "too_short"
    | "too_long"
    | "too_small"
    | "too_large"
    | "too_few"
    | "too_many"
    | TextFormat;
  readonly limit?: number;
};

/** What does not fit in what a form was filled with, in the order of its fields; nothing when all does. */
export function formFaults(fields: readonly FormField[], values: Readonly<JsonObject>): readonly FormFault[] {
  const known = new Set(fields.map(({ name }) => name));
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  return [
    ...fields.flatMap((field) => {
      const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
      const found = faultOf(field, value);
      return found === undefined ? [] : [{ field: field.name, ...found }];
    }),
    ...unknown.map((field) => ({ field, fault: "unknown" as const })),
  ];
}

/** A fault as a sentence for whoever wrote the answer by hand. */
export function faultText({ field, fault, limit }: FormFault): string {
  const must: Record<FormFault["fault"], string> = {
    missing: "is missing",
    unknown: "is not in the form",
    no_text: "must be a text",
    no_number: "must be a number",
    no_boolean: "must be true or false",
    no_choice: "must be one of the choices",
    not_whole: "must be a whole number",
    too_short: `must have ${limit} characters or more`,
    too_long: `must have at most ${limit} characters`,
    too_small: `must be ${limit} or more`,
    too_large: `must be at most ${limit}`,
    too_few: `must have ${limit} choices or more`,
    too_many: `must have at most ${limit} choices`,
    email: "must be an email address",
    uri: "must be an address such as https://example.com",
    date: "must be a date such as 2026-01-31",
    "date-time": "must be a time such as 2026-01-31T12:00:00Z",
  };
  return `${field} ${must[fault]}`;
}

type Found = Omit<FormFault, "field"> | undefined;

function faultOf(field: FormField, value: Json | undefined): Found {
  if (value === undefined) return field.required ? { fault: "missing" } : undefined;
  switch (field.kind) {
    case "boolean":
      return typeof value === "boolean" ? undefined : { fault: "no_boolean" };
    case "number":
      if (typeof value !== "number") return { fault: "no_number" };
      if (field.whole && !Number.isSafeInteger(value)) return { fault: "not_whole" };
      return below(value, field.minimum, "too_small") ?? above(value, field.maximum, "too_large");
    case "choice":
      return field.options.some((option) => option.value === value) ? undefined : { fault: "no_choice" };
    case "choices": {
      if (!Array.isArray(value)) return { fault: "no_choice" };
      const isKnown = (item: Json) => field.options.some((option) => option.value === item);
      if (!value.every(isKnown) || new Set(value).size !== value.length) return { fault: "no_choice" };
      return (
        below(value.length, field.minItems, "too_few") ?? above(value.length, field.maxItems, "too_many")
      );
    }
    default:
      if (typeof value !== "string") return { fault: "no_text" };
      if (value === "" && field.required) return { fault: "missing" };
      return (
        below(value.length, field.minLength, "too_short") ??
        above(value.length, field.maxLength, "too_long") ??
        (field.format === undefined || fits[field.format](value) ? undefined : { fault: field.format })
      );
  }
}

const below = (value: number, limit: number | undefined, fault: FormFault["fault"]): Found =>
  limit !== undefined && value < limit ? { fault, limit } : undefined;

const above = (value: number, limit: number | undefined, fault: FormFault["fault"]): Found =>
  limit !== undefined && value > limit ? { fault, limit } : undefined;

const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text));

const fits: Readonly<Record<TextFormat, (text: string) => boolean>> = {
  email: (text) => text.length <= 320 && /^[^\s@]+@[^\s@]+$/.test(text),
  uri: (text) => URL.canParse(text),
  // the 31st of February is one of March to `Date`
  date: (text) =>
    /^\d{4}-\d\d-\d\d$/.test(text) && isTime(text) && new Date(text).toISOString().startsWith(text),
  "date-time": (text) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text) && isTime(text),
};
