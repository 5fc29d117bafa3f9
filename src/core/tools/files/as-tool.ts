import { isObject } from "../../../lib/is-object.ts";
import type { Json, JsonObject } from "../../../protocols/json.ts";
import type { Tool } from "../../../protocols/tool.ts";

/** The most that a timer can wait, in ms. */
const longest = 2 ** 31 - 1;

/**
 * A tool that was written by hand, checked. Its schema may also be in `schema`, as the chat completions API has it:
 * `{ type: "function", function: { name, description, parameters } }`, or the inner object by itself.
 * @throws an error that says what is wrong.
 */
export function asTool(written: object): Tool {
  const own = written as Readonly<Record<string, unknown>>;
  const outer = isObject(own.schema) ? own.schema : {};
  const schema = isObject(outer.function) ? outer.function : outer;
  const { name = schema.name, description = schema.description, parameters = schema.parameters } = own;
  if (typeof name !== "string" || !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
    throw new Error(`The name of a tool is 1 to 64 letters, digits, _ and -; this one has ${shown(name)}.`);
  const fault = (what: string) => new Error(`Tool ${name}: ${what}`);
  if (typeof own.execute !== "function") throw fault("it has no execute().");
  if (description !== undefined && typeof description !== "string")
    throw fault("its description is no text.");
  const { readOnly, idempotent, approve, timeoutMs } = own as Partial<Tool>;
  for (const flag of [readOnly, idempotent])
    if (flag !== undefined && typeof flag !== "boolean")
      throw fault("readOnly and idempotent are true or false.");
  if (approve !== undefined && !["always", "once", "never"].includes(approve))
    throw fault(`approve is always, once or never, not ${shown(approve)}.`);
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= longest))
    throw fault(`timeoutMs is a number of ms from 1 to ${longest}, not ${shown(timeoutMs)}.`);
  const execute = own.execute as Tool["execute"];
  return {
    name,
    description: typeof description === "string" && description.trim() !== "" ? description : `Call ${name}`,
    parameters: asParameters(parameters, fault),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(idempotent === undefined ? {} : { idempotent }),
    ...(approve === undefined ? {} : { approve }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    execute: (args, context) => execute.call(written, args, context),
  };
}

/** A copy as plain JSON: a schema that a library built may hold more than that, or be altered later. */
function asParameters(parameters: unknown, fault: (what: string) => Error): JsonObject {
  const copy = parameters === undefined ? {} : (JSON.parse(JSON.stringify(parameters)) as Json);
  if (!isObject(copy) || (copy.type ?? "object") !== "object")
    throw fault("its parameters are no JSON Schema of an object.");
  return { properties: {}, ...copy, type: "object" } as JsonObject;
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 100) ?? String(value);
