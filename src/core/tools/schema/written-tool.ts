import type { Class } from "oxc-parser";
import { SchemaFault } from "./fault.ts";
import { type FunctionSchema, functionSchema } from "./function-schema.ts";
import type { FunctionSyntax, Source } from "./source.ts";

/** A function that a module exports, and the name that it has as a tool. */
export type ExportedFunction = { readonly exported: string; readonly called: string };

/**
 * A tool as the text of its file has it: nothing but JSON, so that it can be kept. Its function is found by `exported`,
 * and by `method` where that is a class.
 */
export type WrittenTool = {
  readonly exported: string;
  readonly method?: string;
  /** What it is called where something is wrong with it. */
  readonly where: string;
  /** From 1; absent where it is not written in the file. */
  readonly line?: number;
} & (
  | { readonly schema: FunctionSchema; readonly problem?: never }
  | { readonly problem: string; readonly schema?: never }
);

const objectInstead = "export an object with name, description, parameters and execute.";

/** The tools that exported functions are, and the public methods of exported classes. */
export const writtenTools = (
  source: Source,
  functions: readonly ExportedFunction[],
): readonly WrittenTool[] => functions.flatMap((each) => written(source, each));

function written(source: Source, { exported, called }: ExportedFunction): readonly WrittenTool[] {
  const found = source.exports.get(exported);
  if (found?.kind === "class") {
    return methodsOf(found.node).map(({ method, at, node }) => ({
      ...{ exported, method, where: exported },
      ...read(source, at, () => functionSchema(method, { node, doc: source.docAt(at) }, source)),
    }));
  }
  if (found !== undefined)
    return [
      {
        exported,
        where: called,
        ...read(source, found.node.start, () => functionSchema(called, found, source)),
      },
    ];
  const problem = `It is not written in this file as a function or a class, so its parameters cannot be read. Write it there, or ${objectInstead}`;
  return [{ exported, where: exported, problem }];
}

function read(source: Source, at: number, make: () => FunctionSchema) {
  try {
    return { line: source.lineAt(at), schema: make() };
  } catch (error) {
    if (!(error instanceof SchemaFault)) throw error;
    const problem = `${error.message}. Change it, or ${objectInstead}`;
    return { line: source.lineAt(error.at), problem };
  }
}

function methodsOf({ body }: Class) {
  return body.body.flatMap((member) => {
    if (member.type !== "MethodDefinition" || member.kind !== "method" || member.static) return [];
    if (
      member.key.type !== "Identifier" ||
      member.computed ||
      (member.accessibility ?? "public") !== "public"
    )
      return [];
    const { name: method } = member.key;
    if (method.startsWith("_") || member.value.body === null) return [];
    return [{ method, at: member.start, node: member.value as FunctionSyntax }];
  });
}
