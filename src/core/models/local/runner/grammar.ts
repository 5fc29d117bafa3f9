import type { GbnfJsonObjectSchema, Llama, LlamaGrammar } from "node-llama-cpp";
import { Failed } from "./failed.ts";
import { grammarSchema } from "./functions.ts";
import type { Generation } from "./messages.ts";

/**
 * What a reply is held to. A grammar that cannot be used is a warning, and the reply is free; a schema is a promise, so
 * one that cannot be kept is refused.
 * @throws `Failed` with `bad_input`.
 */
export async function grammarFor(
  llama: Llama,
  { grammar, schema }: Generation,
  warn: (message: string) => void,
): Promise<LlamaGrammar | undefined> {
  if (grammar !== undefined) {
    try {
      return await llama.createGrammar({ grammar, rootRuleName: "root" });
    } catch (error) {
      warn(`a grammar cannot be used, so the reply is not held to it: ${String(error)}`);
      return undefined;
    }
  }
  if (schema === undefined) return undefined;
  try {
    if (schema === true) return await llama.getGrammarFor("json");
    const { grammar: made } = await llama.createGrammarForJsonSchema(
      grammarSchema(schema) as GbnfJsonObjectSchema,
    );
    return await llama.createGrammar({ grammar: made });
  } catch (error) {
    throw new Failed(
      "bad_input",
      `The JSON Schema of response_format cannot be made a grammar: ${error instanceof Error ? error.message : String(error)}`,
      "Simplify the schema, or leave response_format out.",
    );
  }
}
