import { Check } from "typebox/value";
import { isObject } from "../../../lib/is-object.ts";
import type { Json, JsonObject } from "../../../protocols/json.ts";

/**
 * Arguments nearer to their schema, where what the model means is beyond doubt: `"3"` for a number, `5` for a text,
 * `"true"`, JSON text for an object or a list, `null` for an optional value; a default for an absent one. Anything
 * else is left for the check to refuse. A new value; nothing is altered.
 */
export const coerce = (schema: JsonObject, value: Json): Json => coerceTo(schema, value, schema);

function coerceTo(schema: Json | undefined, value: Json, root: JsonObject): Json {
  if (!isObject(schema)) return value;
  if (typeof schema.$ref === "string") return coerceTo(resolve(schema.$ref, root), value, root);
  const branches = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(branches)) return toBranch(branches, value, root);
  const allowed = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (Array.isArray(allowed)) return toMember(allowed, value);
  if (Array.isArray(schema.type)) {
    return toBranch(
      schema.type.map((type) => ({ ...schema, type })),
      value,
      root,
    );
  }
  const read = fromText(schema.type, value);
  if (isObject(read)) return toProperties(schema, read, root);
  if (Array.isArray(read)) return toItems(schema, read, root);
  return read;
}

/** A value that fits none as it is becomes the first of those that it can be made to fit. */
function toBranch(branches: readonly Json[], value: Json, root: JsonObject): Json {
  const { $defs, definitions } = root;
  const fits = (branch: Json, candidate: Json) =>
    Check(isObject(branch) ? { ...branch, $defs, definitions } : {}, candidate);
  if (branches.some((branch) => fits(branch, value))) return value;
  for (const branch of branches) {
    const coerced = coerceTo(branch, value, root);
    if (fits(branch, coerced)) return coerced;
  }
  return value;
}

function toMember(allowed: readonly Json[], value: Json): Json {
  if (typeof value === "object" || allowed.includes(value)) return value;
  return allowed.find((member) => typeof member !== "object" && String(member) === String(value)) ?? value;
}

function fromText(type: Json | undefined, value: Json): Json {
  if (type === "string") return typeof value === "number" || typeof value === "boolean" ? `${value}` : value;
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (type === "number" || type === "integer") return asNumber(text) ?? value;
  if (type === "boolean") return /^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : value;
  if (type === "object" && text.startsWith("{")) return parsed(text);
  if (type === "array" && text.startsWith("[")) return parsed(text);
  return value;
}

/** Decimal only: `0x10` and the empty text are numbers to JavaScript, and hardly to whoever wrote them. */
function asNumber(text: string): number | undefined {
  const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text; // the check says what was given
  }
}

function toProperties(schema: JsonObject, value: JsonObject, root: JsonObject): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const of = (key: string) =>
    Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
  const entries = Object.entries(value).flatMap(([key, given = null]) => {
    const wanted = of(key);
    const coerced = coerceTo(wanted, given, root);
    const absent = given === null && coerced === null && Object.hasOwn(properties, key);
    return absent && !required.includes(key) && !acceptsNull(wanted, root) ? [] : [[key, coerced] as const];
  });
  for (const [key, property] of Object.entries(properties)) {
    const absent = !entries.some(([present]) => present === key);
    if (absent && isObject(property) && property.default !== undefined) entries.push([key, property.default]);
  }
  return Object.fromEntries(entries); // defines keys, so `__proto__` is one like any other
}

function acceptsNull(schema: Json | undefined, root: JsonObject): boolean {
  return !isObject(schema) || Check({ ...schema, $defs: root.$defs, definitions: root.definitions }, null);
}

function toItems(schema: JsonObject, value: readonly Json[], root: JsonObject): Json {
  const first = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
  return value.map((item, at) => coerceTo(at < first.length ? first[at] : schema.items, item, root));
}

/** `#/$defs/Name` and the like; what is not there allows anything here, and the check says so. */
function resolve(ref: string, root: JsonObject): Json | undefined {
  if (ref !== "#" && !ref.startsWith("#/")) return undefined;
  let at: Json | undefined = root;
  for (const step of ref.split("/").slice(1)) {
    const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}
