import type { ParamPattern, TSType } from "oxc-parser";
import type { Json, JsonObject } from "../../../protocols/json.ts";
import type { DocComment } from "./doc-comment.ts";
import { SchemaFault } from "./fault.ts";
import { parameterSchema, type WrittenParameter } from "./parameter-schema.ts";
import type { FunctionSyntax, Source } from "./source.ts";
import type { TypeScope } from "./type-schema.ts";

/** What the server puts in the place of a parameter. */
export type Slot =
  | { readonly fill: "argument"; readonly name: string }
  | { readonly fill: "arguments" | "context" | SeedName };

/** The parameters that the original filled in by their names. */
export const seedNames = ["user_id", "thread_id", "turn_correlation_id"] as const;
type SeedName = (typeof seedNames)[number];

export type Signature = {
  /** A JSON Schema of an object, without what the server fills in. */
  readonly parameters: JsonObject;
  /** One a parameter, in order. */
  readonly slots: readonly Slot[];
};

/**
 * What a model has to give to call a function, from how the function is written. A list of parameters is an object by
 * their names; a single object that is called `args`, or taken apart, is the object itself.
 * @throws SchemaFault at the parameter that no schema can be made of.
 */
export function readSignature(node: FunctionSyntax, doc: DocComment, source: Source): Signature {
  const scope: TypeScope = { types: source.types, docAt: source.docAt, defs: new Map(), open: [] };
  const taken = node.params.filter((param) => !(param.type === "Identifier" && param.name === "this"));
  const written = taken.map((param) => asWritten(param));
  const filled = written.map((parameter) => filledIn(parameter, doc, source));
  const visible = written.filter((_, at) => filled[at] === undefined);
  const names = new Set(written.map(({ name }) => name));
  const [root] = [...doc.params.keys()]
    .map((key) => key.split(".")[0] ?? "")
    .filter((key) => !names.has(key));
  const read = visible.map((parameter) => ({
    parameter,
    ...parameterSchema(parameter, parameter.name ?? root ?? "", { doc, source, scope }),
  }));
  const [only, second] = read;
  if (only !== undefined && second === undefined && isWhole(only.parameter, only.schema)) {
    const slots = filled.map((slot) => slot ?? ({ fill: "arguments" } as const));
    return { parameters: withDefs({ properties: {}, ...only.schema, type: "object" }, scope), slots };
  }
  const nameless = visible.find(({ name }) => name === undefined);
  if (nameless !== undefined)
    throw new SchemaFault("a parameter that is taken apart must be an object and the only one", nameless.at);
  const properties = Object.fromEntries(read.map(({ parameter, schema }) => [parameter.name, schema]));
  const required = read.filter(({ optional }) => !optional).map(({ parameter }) => parameter.name as Json);
  const slots = written.map(({ name = "" }, at): Slot => filled[at] ?? { fill: "argument", name });
  return {
    parameters: withDefs({ type: "object", properties, required, additionalProperties: false }, scope),
    slots,
  };
}

const isWhole = ({ name }: WrittenParameter, schema: JsonObject): boolean =>
  (name === undefined || name === "args") && schema.type === "object";

const withDefs = (schema: JsonObject, { defs }: TypeScope): JsonObject =>
  defs.size === 0 ? schema : { ...schema, $defs: Object.fromEntries(defs) };

function filledIn({ name, type }: WrittenParameter, doc: DocComment, source: Source): Slot | undefined {
  const fill = seedNames.find((each) => each === name);
  if (fill !== undefined) return { fill };
  const words =
    type === undefined ? doc.params.get(name ?? "")?.type : source.text.slice(type.start, type.end);
  const isContext = words === undefined ? name === "context" : /(^|\.)ToolContext$/.test(words);
  return isContext ? { fill: "context" } : undefined;
}

function asWritten(param: ParamPattern): WrittenParameter {
  if (param.type === "RestElement")
    throw new SchemaFault(
      "a parameter that takes any number of values has no schema; take a list",
      param.start,
    );
  if (param.type === "TSParameterProperty" || param.type === "ArrayPattern")
    throw new SchemaFault("a parameter needs a name", param.start);
  const pattern = param.type === "AssignmentPattern" ? param.left : param;
  const preset = param.type === "AssignmentPattern" ? { preset: param.right } : {};
  const type: TSType | undefined = pattern.typeAnnotation?.typeAnnotation;
  // the parser's types leave it out of patterns, where it may be all the same
  const optional = Boolean((pattern as { readonly optional?: boolean }).optional);
  const common = { at: param.start, ...preset, ...(type === undefined ? {} : { type }) };
  if (pattern.type === "Identifier") return { ...common, name: pattern.name, optional };
  if (pattern.type === "ObjectPattern") return { ...common, optional, pattern };
  throw new SchemaFault("a parameter needs a name", param.start);
}
