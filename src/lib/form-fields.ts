import type { Json, JsonObject } from "../protocols/json.ts";
import { SkeletonError } from "./errors.ts";
import { given } from "./given.ts";
import { isObject } from "./is-object.ts";

/** What a text may have to be. */
const textFormats = ["email", "uri", "date", "date-time"] as const;
export type TextFormat = (typeof textFormats)[number];

export type FormOption = { readonly value: string; readonly title: string };

/** One thing that a form asks for. Lengths are in characters. */
export type FormField = {
  readonly name: string;
  /** Its label; its name where it has none of its own. */
  readonly title: string;
  readonly description?: string;
  readonly required: boolean;
} & (
  | {
      readonly kind: "text";
      readonly format?: TextFormat;
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly default?: string;
    }
  | {
      readonly kind: "number";
      readonly whole: boolean;
      readonly minimum?: number;
      readonly maximum?: number;
      readonly default?: number;
    }
  | { readonly kind: "boolean"; readonly default?: boolean }
  | { readonly kind: "choice"; readonly options: readonly FormOption[]; readonly default?: string }
  | {
      readonly kind: "choices";
      readonly options: readonly FormOption[];
      readonly minItems?: number;
      readonly maxItems?: number;
      readonly default?: readonly string[];
    }
);

/** Of a whole form, as JSON text. It is in a turn's log, and drawn. */
const mostCharacters = 32_768;
const mostFields = 50;
const mostOptions = 200;
const longestName = 100;
const longestTitle = 300;
const longestText = 2000;

/**
 * Reads the schema of a form: an object of texts, numbers, booleans and choices, nothing deeper. Whatever else a schema
 * may say is left out, patterns above all: a foreign regular expression can run for years.
 * @throws `bad_input` with the field and what is wrong with it.
 */
export function formFields(schema: unknown): readonly FormField[] {
  if (!isObject<Json>(schema) || schema.type !== "object") throw wrong("it is not the schema of an object");
  if (JSON.stringify(schema).length > mostCharacters)
    throw wrong(`it is longer than ${mostCharacters} characters`);
  const { properties = {}, required = [] } = schema;
  if (!isObject(properties)) throw wrong("`properties` is no object");
  const names = Object.keys(properties);
  if (names.length > mostFields) throw wrong(`it has more than ${mostFields} fields`);
  const isRequired = new Set(Array.isArray(required) ? required : []);
  return names.map((name) => readField(name, properties[name], isRequired.has(name)));
}

/** The same form as a schema again, with nothing in it that was not read. */
export function formSchema(fields: readonly FormField[]): JsonObject {
  const required = fields.filter((field) => field.required).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.name, schemaOf(field)])),
    ...(required.length > 0 && { required }),
  };
}

function readField(name: string, schema: Json | undefined, required: boolean): FormField {
  if (name === "" || name.length > longestName)
    throw wrong(`a field's name has 1 to ${longestName} characters`);
  if (!isObject(schema)) throw wrong("it has no schema", name);
  const { type, title, description, default: preset } = schema;
  const label = {
    ...{ name, required, title: textIn(title, longestTitle) ?? name },
    ...given({ description: textIn(description, longestText) }),
  };
  if (type === "boolean")
    return {
      ...label,
      kind: "boolean",
      ...given({ default: typeof preset === "boolean" ? preset : undefined }),
    };
  if (type === "number" || type === "integer") {
    const limits = given({ minimum: number(schema.minimum), maximum: number(schema.maximum) });
    return {
      ...label,
      kind: "number",
      whole: type === "integer",
      ...limits,
      ...given({ default: number(preset) }),
    };
  }
  if (type === "array") {
    const options = isObject(schema.items) ? optionsOf(schema.items, name) : undefined;
    if (options === undefined) throw wrong("a list has to be one of given choices", name);
    const chosen = Array.isArray(preset) ? preset.filter((item) => isOneOf(options, item)) : undefined;
    const limits = given({ minItems: number(schema.minItems), maxItems: number(schema.maxItems) });
    return {
      ...label,
      kind: "choices",
      options,
      ...limits,
      ...given({ default: chosen as string[] | undefined }),
    };
  }
  if (type !== "string") throw wrong("it is neither text, number, boolean nor choice", name);
  const options = optionsOf(schema, name);
  if (options !== undefined) {
    const chosen = isOneOf(options, preset) ? (preset as string) : undefined;
    return { ...label, kind: "choice", options, ...given({ default: chosen }) };
  }
  const format = textFormats.find((known) => known === schema.format);
  const limits = given({ minLength: number(schema.minLength), maxLength: number(schema.maxLength) });
  return {
    ...label,
    kind: "text",
    ...given({ format }),
    ...limits,
    ...given({ default: textIn(preset, longestText) }),
  };
}

/** `enum`, with or without `enumNames`, or `oneOf` and `anyOf` with titles. */
function optionsOf(schema: JsonObject, name: string): readonly FormOption[] | undefined {
  const { enum: values, enumNames: titles, oneOf, anyOf } = schema;
  const list = values ?? oneOf ?? anyOf;
  if (list === undefined) return undefined;
  if (!Array.isArray(list) || list.length === 0) throw wrong("it has no choices", name);
  if (list.length > mostOptions) throw wrong(`it has more than ${mostOptions} choices`, name);
  return list.map((item, at) => {
    const value = values === undefined && isObject(item) ? item.const : item;
    if (typeof value !== "string" || value.length > longestTitle)
      throw wrong("a choice is no short text", name);
    const title = isObject(item) ? item.title : Array.isArray(titles) ? titles[at] : undefined;
    return { value, title: textIn(title, longestTitle) ?? value };
  });
}

function schemaOf(field: FormField): JsonObject {
  const { name, title, kind, required: _, ...rest } = field;
  const said = { ...(title !== name && { title }), ...rest };
  switch (kind) {
    case "text":
      return { ...said, type: "string" } as JsonObject;
    case "number": {
      const { whole, ...limits } = said as unknown as Extract<FormField, { kind: "number" }>;
      return { ...limits, type: whole ? "integer" : "number" } as unknown as JsonObject;
    }
    case "boolean":
      return { ...said, type: "boolean" } as JsonObject;
    default: {
      const { options, ...limits } = said as unknown as Extract<FormField, { kind: "choice" | "choices" }>;
      const titled = options.map(({ value, title }) => ({ const: value, title }));
      return (kind === "choice"
        ? { ...limits, type: "string", oneOf: titled }
        : { ...limits, type: "array", items: { anyOf: titled } }) as unknown as JsonObject;
    }
  }
}

const isOneOf = (options: readonly FormOption[], value: unknown): boolean =>
  options.some((option) => option.value === value);

const textIn = (value: unknown, most: number): string | undefined =>
  typeof value === "string" && value !== "" ? value.slice(0, most) : undefined;

const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

const wrong = (what: string, field?: string) =>
  new SkeletonError(
    "bad_input",
    `The form cannot be shown: ${field === undefined ? "" : `${field}: `}${what}.`,
    {
      hint: "A form is a flat object of texts, numbers, booleans and choices.",
    },
  );
