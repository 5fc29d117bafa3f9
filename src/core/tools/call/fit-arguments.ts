import { runWithin } from "../../../lib/run-within.ts";
import type { Json } from "../../../protocols/json.ts";
import type { Logger } from "../../../protocols/plugin.ts";
import type { Tool } from "../../../protocols/tool.ts";
import { checkArguments } from "./check-arguments.ts";
import { coerce } from "./coerce.ts";

/**
 * What checking arguments may take of the thread that everybody shares. Real ones take 0.1 ms; a regular expression of the
 * schema, or a union within unions, can take years on an argument that was made for it.
 */
const checkMs = 80;

/** Arguments as the schema of a tool has them; or what is wrong with them, for the model. */
export function fitArguments(
  { name, parameters }: Tool,
  given: Json,
  log: Logger,
): { readonly args: Json } | { readonly fault: string } {
  const check = () => {
    const args = coerce(parameters, given);
    return { args, faults: checkArguments(parameters, args) };
  };
  const checked = runWithin(checkMs, check);
  if (checked === undefined) {
    log.warn({ tool: name, checkMs }, slowCheck(name));
    return { fault: tooLongToCheck(name) };
  }
  const { args, faults } = checked.value;
  return faults === undefined ? { args } : { fault: `Error: Invalid arguments for ${name}: ${faults}` };
}

const slowCheck = (tool: string): string =>
  `tools: the arguments of a call of ${tool} were refused, since checking them took too long. Is there a \`pattern\` with a repeat inside a repeat in its schema?`;

const tooLongToCheck = (tool: string): string =>
  `Error: The arguments for ${tool} took too long to check against its schema. Make texts and lists shorter and call again.`;
