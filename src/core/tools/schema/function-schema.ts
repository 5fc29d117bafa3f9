import type { Tool } from "../../../protocols/tool.ts";
import type { DocComment } from "./doc-comment.ts";
import { readSignature, type Signature } from "./signature.ts";
import type { FunctionSyntax, Source } from "./source.ts";

/** All that the text of a function says of the tool that it is. */
export type FunctionSchema = Signature &
  Pick<Tool, "name" | "description" | "readOnly" | "idempotent" | "timeoutMs"> & {
    /** As it was written: whoever makes the tool checks it. */
    readonly approve?: string;
  };

/** @throws SchemaFault. */
export function functionSchema(
  name: string,
  { node, doc }: { readonly node: FunctionSyntax; readonly doc: DocComment },
  source: Source,
): FunctionSchema {
  return { name, description: doc.description, ...traits(doc.tags), ...readSignature(node, doc, source) };
}

/** `@readOnly`, `@idempotent`, `@approve once` and `@timeoutMs 5000`. */
function traits(tags: ReadonlyMap<string, string>) {
  return {
    ...(tags.has("readOnly") || tags.has("readonly") ? { readOnly: true } : {}),
    ...(tags.has("idempotent") ? { idempotent: true } : {}),
    ...(tags.has("approve") ? { approve: tags.get("approve") || "always" } : {}),
    ...(tags.has("timeoutMs") ? { timeoutMs: Number(tags.get("timeoutMs")) } : {}),
  };
}
