import { Check, Errors } from "typebox/value";
import type { Json, JsonObject } from "../../../protocols/json.ts";

type Fault = ReturnType<typeof Errors>[number];

/** So many faults are told; a model that hears of more corrects none. */
const toldAtMost = 5;

/** How the arguments do not fit, each named with what was given and what is allowed; nothing when they fit. */
export function checkArguments(schema: JsonObject, args: Json): string | undefined {
  if (typeof args !== "object" || args === null || Array.isArray(args))
    return `they are ${shown(args)}, they must be one JSON object.`;
  if (Check(schema, args)) return undefined;
  const all = Errors(schema, args);
  const clear = all.filter(({ keyword }) => keyword !== "boolean"); // mostly another one says the same, and why
  const faults = clear.length > 0 ? clear : all;
  const told = [...Map.groupBy(faults, ({ instancePath }) => instancePath)]
    .map(([path, group]) => sentence(schema, args as JsonObject, path, group, faults))
    .filter((text) => text !== "");
  const more = told.length > toldAtMost ? `; and ${told.length - toldAtMost} more` : "";
  return `${told.slice(0, toldAtMost).join("; ")}${more}. Correct them and call again.`;
}

function sentence(
  schema: JsonObject,
  args: JsonObject,
  path: string,
  faults: readonly Fault[],
  all: readonly Fault[],
): string {
  const missing = faults.flatMap((fault) =>
    fault.keyword === "required" ? fault.params.requiredProperties : [],
  );
  // a value that only does not fit the schema of further properties has a fault of its own
  const isUnknown = (key: string) =>
    !all.some(({ instancePath }) => `${instancePath}/`.startsWith(`${path}/${key}/`));
  const unknown = faults.flatMap((fault) =>
    fault.keyword === "additionalProperties" ? fault.params.additionalProperties.filter(isUnknown) : [],
  );
  const parts = [
    ...[...new Set(missing)].map((key) => `argument '${join(path, key)}' is missing`),
    ...[...new Set(unknown)].map((key) => `argument '${join(path, key)}' is not known`),
  ];
  if (path === "" && unknown.length > 0) {
    const known = Object.keys(typeof schema.properties === "object" ? (schema.properties ?? {}) : {});
    parts.push(known.length === 0 ? "there are none" : `known are ${known.join(", ")}`);
  }
  const allowed = [...new Set(faults.flatMap(demand))];
  const choice = faults.find(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const isDeeper = all.some(({ instancePath }) => instancePath.startsWith(`${path}/`));
  if (choice && allowed.length + parts.length === 0 && !isDeeper) allowed.push(withoutMust(choice)); // no branch, or too many
  if (allowed.length > 0) {
    const subject = path === "" ? "they" : `argument '${nameOf(path)}' is ${shown(at(args, path))}, it`;
    parts.push(`${subject} must ${allowed.join(choice ? " or " : " and ")}`);
  }
  return parts.join("; ");
}

function demand(fault: Fault): readonly string[] {
  switch (fault.keyword) {
    case "required":
    case "additionalProperties":
    case "anyOf": // its branches say what is allowed
    case "oneOf":
      return [];
    case "type":
      return [fault.params.type].flat().map((type) => `be ${typeName(type)}`);
    case "const":
      return [`be ${shown(fault.params.allowedValue)}`];
    case "enum":
      return [`be one of ${fault.params.allowedValues.map(shown).join(", ")}`];
    default:
      return [withoutMust(fault)];
  }
}

const withoutMust = ({ message }: Fault): string => message.replace(/^must /, "");

const typeName = (type: string): string => {
  if (type === "string") return "a text";
  if (type === "boolean") return "true or false";
  if (type === "array") return "a list";
  if (type === "integer") return "a whole number";
  return type === "null" ? "null" : `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
};

/** `/days/0` is `days.0`. */
const nameOf = (path: string): string => path.slice(1).split("/").map(unescaped).join(".");
const join = (path: string, key: string): string => (path === "" ? key : `${nameOf(path)}.${key}`);
const unescaped = (step: string): string => step.replaceAll("~1", "/").replaceAll("~0", "~");

function at(args: Json, path: string): unknown {
  return path
    .split("/")
    .slice(1)
    .reduce<unknown>((value, step) => Reflect.get(Object(value), unescaped(step)), args);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= 100 ? text : `${text.slice(0, 97)}...`;
}
