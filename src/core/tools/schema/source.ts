import type {
  ArrowFunctionExpression,
  Class,
  Comment,
  Function as FunctionNode,
  ParenthesizedExpression,
  Program,
  Statement,
  TSType,
} from "oxc-parser";
import { type DocComment, noComment, readDocComment } from "./doc-comment.ts";
import { SchemaFault } from "./fault.ts";
import type { TypeDeclaration } from "./type-schema.ts";

export type FunctionSyntax = FunctionNode | ArrowFunctionExpression;

/** A thing that a module exports, where it was written down in that module. */
export type Exported =
  | { readonly kind: "function"; readonly node: FunctionSyntax; readonly doc: DocComment }
  | { readonly kind: "class"; readonly node: Class };

/** A source text that was read, with what a schema needs of it. */
export type Source = {
  /** By the name under which it is exported; `default` is one. */
  readonly exports: ReadonlyMap<string, Exported>;
  /** Interfaces and type aliases of the file. */
  readonly types: ReadonlyMap<string, TypeDeclaration>;
  /** The doc comment that ends right before an offset. */
  docAt(offset: number): DocComment;
  /** The line of an offset, from 1. */
  lineAt(offset: number): number;
  readonly text: string;
  /** A type that was written by itself, for example in a doc comment. @throws SchemaFault, with an offset of 0. */
  typeOf(text: string): TSType;
};

/** Reads a file's text. The parser is loaded when the first tool asks for it. @throws SchemaFault when it is no program. */
export async function readSource(file: string, text: string): Promise<Source> {
  const { parse, parseSync } = await import("oxc-parser");
  const { program, comments, errors } = await parse(file, text);
  const [error] = errors;
  // Node has run it by now: what still comes with a tree is about rules of TypeScript that change nothing here
  if (error !== undefined && program.body.length === 0)
    throw new SchemaFault(error.message, error.labels[0]?.start ?? 0);
  const docAt = (offset: number) => {
    const comment = comments.findLast(
      (each) => each.end <= offset && text.slice(each.end, offset).trim() === "",
    );
    return comment && isDoc(comment) ? readDocComment(comment.value.slice(1)) : noComment;
  };
  return {
    ...readProgram(program, docAt),
    docAt,
    lineAt: (offset) => text.slice(0, offset).split("\n").length,
    text,
    typeOf(written) {
      if (written === "integer") return integer; // the most frequent by far, and the parser takes its time
      const { program, errors } = parseSync("type.ts", `type T = ${written}`);
      const [alias] = program.body;
      if (alias?.type === "TSTypeAliasDeclaration" && errors.length === 0) return alias.typeAnnotation;
      throw new SchemaFault(`{${written}} is no type`, 0);
    },
  };
}

const integer: TSType = {
  type: "TSTypeReference",
  typeName: { type: "Identifier", name: "integer", start: 0, end: 0 },
  typeArguments: null,
  start: 0,
  end: 0,
};

const isDoc = ({ type, value }: Comment): boolean => type === "Block" && value.startsWith("*");

function readProgram(program: Program, docAt: Source["docAt"]): Pick<Source, "exports" | "types"> {
  const local = new Map<string, Exported>();
  const types = new Map<string, TypeDeclaration>();
  const exports = new Map<string, Exported>();
  const names: (readonly [exported: string, local: string])[] = [];

  for (const statement of program.body) {
    const doc = () => docAt(statement.start);
    if (statement.type === "ExportNamedDeclaration" && statement.declaration !== null) {
      for (const name of declare(statement.declaration, doc, local, types)) names.push([name, name]);
    } else if (statement.type === "ExportNamedDeclaration" && statement.source === null) {
      for (const { exported, local } of statement.specifiers) names.push([nameOf(exported), nameOf(local)]);
    } else if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      const written = asExported(declaration, doc());
      if (written !== undefined) exports.set("default", written);
      else if (declaration.type === "Identifier") names.push(["default", declaration.name]);
    } else declare(statement, doc, local, types);
  }
  for (const [exported, name] of names) {
    const written = local.get(name);
    if (written !== undefined) exports.set(exported, written);
  }
  return { exports, types };
}

const nameOf = (node: { readonly name: string } | { readonly value: string }): string =>
  "name" in node ? node.name : node.value;

/** Takes note of what a statement declares. @returns the names. */
function declare(
  statement: Statement,
  doc: () => DocComment,
  local: Map<string, Exported>,
  types: Map<string, TypeDeclaration>,
): readonly string[] {
  switch (statement.type) {
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      types.set(statement.id.name, statement);
      return [];
    case "FunctionDeclaration":
    case "ClassDeclaration": {
      const written = asExported(statement, doc());
      if (statement.id === null || written === undefined) return [];
      local.set(statement.id.name, written);
      return [statement.id.name];
    }
    case "VariableDeclaration":
      return statement.declarations.flatMap(({ id, init }) => {
        const written = init === null ? undefined : asExported(init, doc());
        if (id.type !== "Identifier" || written === undefined) return [];
        local.set(id.name, written);
        return [id.name];
      });
    default:
      return [];
  }
}

function asExported(node: { readonly type: string }, doc: DocComment): Exported | undefined {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return { kind: "function", node: node as FunctionSyntax, doc };
    case "ClassDeclaration":
    case "ClassExpression":
      return { kind: "class", node: node as Class };
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
      return asExported((node as ParenthesizedExpression).expression, doc);
    default:
      return undefined;
  }
}
