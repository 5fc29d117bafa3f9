import type {
  TSInterfaceDeclaration,
  TSLiteralType,
  TSTupleType,
  TSType,
  TSTypeAliasDeclaration,
  TSTypeReference,
} from "oxc-parser";
import type { Json, JsonObject } from "../../../protocols/json.ts";
import { intersection, reshape } from "./combine-objects.ts";
import type { DocComment } from "./doc-comment.ts";
import { SchemaFault } from "./fault.ts";
import { constant } from "./literal.ts";
import { isNothing, objectSchema } from "./object-schema.ts";

export type TypeDeclaration = TSInterfaceDeclaration | TSTypeAliasDeclaration;

/** What a type is read in. */
export type TypeScope = {
  /** The types that can be named. */
  readonly types: ReadonlyMap<string, TypeDeclaration>;
  docAt(offset: number): DocComment;
  /** Schemas of the types that name themselves; filled while reading. */
  readonly defs: Map<string, JsonObject>;
  /** The named types that are being read, outermost first. */
  readonly open: readonly string[];
};

const keywords: Readonly<Record<string, JsonObject>> = {
  TSStringKeyword: { type: "string" },
  TSNumberKeyword: { type: "number" },
  TSBooleanKeyword: { type: "boolean" },
  TSNullKeyword: { type: "null" },
  TSObjectKeyword: { type: "object" },
  TSAnyKeyword: {},
  TSUnknownKeyword: {},
};

/** The names by which doc comments and JavaScript know the simple types. */
const simpleNames: Readonly<Record<string, JsonObject>> = {
  integer: { type: "integer" },
  String: { type: "string" },
  Number: { type: "number" },
  Boolean: { type: "boolean" },
  Object: { type: "object" },
};

/** A TypeScript type as JSON Schema. @throws SchemaFault at what JSON has no word for. */
export function typeSchema(type: TSType, scope: TypeScope): JsonObject {
  const simple = keywords[type.type];
  if (simple !== undefined) return simple;
  switch (type.type) {
    case "TSParenthesizedType":
      return typeSchema(type.typeAnnotation, scope);
    case "TSLiteralType":
      return literal(type);
    case "TSArrayType":
      return list(type.elementType, scope);
    case "TSTypeOperator":
      if (type.operator === "readonly") return typeSchema(type.typeAnnotation, scope);
      throw unsayable(type, type.operator);
    case "TSTupleType":
      return tuple(type, scope);
    case "TSUnionType":
      return union(type.types.filter((each) => !isNothing(each)).map((each) => typeSchema(each, scope)));
    case "TSIntersectionType":
      return intersection(
        type.types.map((each) => typeSchema(each, scope)),
        type.start,
      );
    case "TSTypeLiteral":
      return objectSchema(type.members, readers(scope));
    case "TSTypeReference":
      return reference(type, scope);
    default:
      throw unsayable(type, type.type.replace(/^TS|(Keyword|Type)$/g, "").toLowerCase());
  }
}

const readers = (scope: TypeScope) => ({
  read: (type: TSType) => typeSchema(type, scope),
  docAt: scope.docAt,
});

const unsayable = ({ start }: { readonly start: number }, name: string): SchemaFault =>
  new SchemaFault(`the type ${name} cannot be said in JSON Schema`, start);

function literal({ literal: node, start }: TSLiteralType): JsonObject {
  const value = constant(node);
  if (value === undefined) throw unsayable({ start }, "of this literal");
  return { type: typeof value, enum: [value] };
}

const list = (item: TSType | undefined, scope: TypeScope): JsonObject =>
  item === undefined ? { type: "array" } : { type: "array", items: typeSchema(item, scope) };

function tuple({ elementTypes }: TSTupleType, scope: TypeScope): JsonObject {
  const first: JsonObject[] = [];
  let required = 0;
  let rest: JsonObject | undefined;
  for (const element of elementTypes) {
    const node = element.type === "TSNamedTupleMember" ? element.elementType : element;
    const named = element.type === "TSNamedTupleMember" && element.optional;
    if (node.type === "TSRestType") {
      const all = typeSchema(node.typeAnnotation as TSType, scope);
      rest = all.items as JsonObject | undefined;
      if (rest === undefined || element !== elementTypes.at(-1)) throw unsayable(node, "of a rest like this");
    } else if (node.type === "TSOptionalType") first.push(typeSchema(node.typeAnnotation, scope));
    else {
      first.push(typeSchema(node, scope));
      if (!named) required = first.length;
    }
  }
  const length = { minItems: required, ...(rest === undefined ? { maxItems: first.length } : {}) };
  return { type: "array", prefixItems: first, ...(rest === undefined ? {} : { items: rest }), ...length };
}

/** Literals of one type become one list of what is allowed, which models read best. */
function union(members: readonly JsonObject[]): JsonObject {
  const merged: JsonObject[] = [];
  for (const member of members.flatMap((each) => (isAnyOf(each) ? each.anyOf : [each]))) {
    const same = merged.findIndex((each) => isEnum(each) && isEnum(member) && each.type === member.type);
    if (same === -1) merged.push(member);
    else
      merged[same] = {
        ...merged[same],
        enum: [merged[same], member].flatMap((each) => each?.enum ?? []) as Json[],
      };
  }
  const [only] = merged;
  return only !== undefined && merged.length === 1 ? only : { anyOf: merged };
}

const isEnum = (schema: JsonObject): boolean => Array.isArray(schema.enum);
const isAnyOf = (schema: JsonObject): schema is { readonly anyOf: JsonObject[] } =>
  Array.isArray(schema.anyOf) && Object.keys(schema).length === 1;

function reference(type: TSTypeReference, scope: TypeScope): JsonObject {
  const name = type.typeName.type === "Identifier" ? type.typeName.name : "with a dot in its name";
  const given = type.typeArguments?.params ?? [];
  const declared = scope.types.get(name);
  if (declared !== undefined) return named(name, declared, type, scope);
  const [first, second] = given;
  switch (name) {
    case "Array":
    case "ReadonlyArray":
      return list(first, scope);
    case "Object":
    case "Record": {
      if (second === undefined) return { type: "object" };
      return record(typeSchema(first as TSType, scope), typeSchema(second, scope), type.start);
    }
    case "Partial":
    case "Required":
    case "Readonly":
    case "Pick":
    case "Omit":
      if (first === undefined) throw unsayable(type, name);
      return reshape(name, typeSchema(first, scope), second && typeSchema(second, scope), type.start);
    default: {
      const simple = Object.hasOwn(simpleNames, name) ? simpleNames[name] : undefined;
      if (simple !== undefined) return simple;
      throw new SchemaFault(`the type ${name} is none of JSON's, and not declared in this file`, type.start);
    }
  }
}

function record(key: JsonObject, value: JsonObject, at: number): JsonObject {
  if (Array.isArray(key.enum)) {
    const properties = Object.fromEntries(key.enum.map((name) => [String(name), value]));
    return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
  }
  if (key.type !== "string" && key.type !== "number") throw unsayable({ start: at }, "of these keys");
  return { type: "object", additionalProperties: value };
}

/** A type that names itself is kept apart and pointed to; any other is written out where it is used. */
function named(name: string, declared: TypeDeclaration, type: TSTypeReference, scope: TypeScope): JsonObject {
  const pointer = { $ref: `#/$defs/${name}` };
  if (scope.defs.has(name)) return pointer;
  if (scope.open.includes(name)) {
    scope.defs.set(name, {}); // its schema follows when it has been read to its end
    return pointer;
  }
  if (declared.typeParameters) throw unsayable(type, `${name}, which has parameters of its own`);
  const inner = { ...scope, open: [...scope.open, name] };
  const schema =
    declared.type === "TSTypeAliasDeclaration"
      ? typeSchema(declared.typeAnnotation, inner)
      : interfaceSchema(declared, inner);
  if (!scope.defs.has(name)) return schema;
  scope.defs.set(name, schema);
  return pointer;
}

function interfaceSchema(declared: TSInterfaceDeclaration, scope: TypeScope): JsonObject {
  const own = objectSchema(declared.body.body, readers(scope));
  const above = declared.extends.map(({ expression, typeArguments, start, end }) => {
    if (expression.type !== "Identifier") throw unsayable({ start }, "that this extends");
    return reference({ type: "TSTypeReference", typeName: expression, typeArguments, start, end }, scope);
  });
  return above.length === 0 ? own : intersection([...above, own], declared.start);
}
