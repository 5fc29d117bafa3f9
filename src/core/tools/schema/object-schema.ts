import type { TSSignature, TSType } from "oxc-parser";
import type { JsonObject } from "../../../protocols/json.ts";
import type { DocComment } from "./doc-comment.ts";
import { SchemaFault } from "./fault.ts";

type Readers = {
  readonly read: (type: TSType) => JsonObject;
  readonly docAt: (offset: number) => DocComment;
};

/** The schema of an object type: its properties, each with its doc comment. */
export function objectSchema(members: readonly TSSignature[], { read, docAt }: Readers): JsonObject {
  const properties: Record<string, JsonObject> = {};
  const required: string[] = [];
  let others: JsonObject | undefined;
  for (const member of members) {
    if (member.type === "TSIndexSignature") {
      others = read(member.typeAnnotation.typeAnnotation);
      continue;
    }
    if (member.type !== "TSPropertySignature" || member.typeAnnotation === null)
      throw new SchemaFault("only properties with a type can be said in JSON Schema", member.start);
    const name = keyName(member.key);
    if (name === undefined)
      throw new SchemaFault("a computed name cannot be said in JSON Schema", member.start);
    const type = member.typeAnnotation.typeAnnotation;
    properties[name] = described(read(type), docAt(member.start));
    if (!member.optional && !mayBeNothing(type)) required.push(name);
  }
  return { type: "object", properties, required, additionalProperties: others ?? false };
}

/** `undefined` is JSON's way to leave something out. */
export const isNothing = (type: TSType): boolean =>
  type.type === "TSUndefinedKeyword" || type.type === "TSVoidKeyword";

/** Whether it can be left out by its type. */
export const mayBeNothing = (type: TSType): boolean =>
  isNothing(type) || (type.type === "TSUnionType" && type.types.some(mayBeNothing));

function keyName(key: { readonly type: string }): string | undefined {
  if (key.type === "Identifier") return (key as { name: string } & typeof key).name;
  return key.type === "Literal" ? String((key as { value: unknown } & typeof key).value) : undefined;
}

function described(schema: JsonObject, doc: DocComment): JsonObject {
  const whole = doc.tags.has("integer") && schema.type === "number" ? { ...schema, type: "integer" } : schema;
  return doc.description === "" ? whole : { ...whole, description: doc.description.replace(/\s+/g, " ") };
}
