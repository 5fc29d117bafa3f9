import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { runWithin } from "../lib/run-within.ts";

/** A fault in a request, in the shape that clients of the original know. */
type Fault = {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
};

/** Fastify's way of telling which part of a request a schema is for. */
type Part = "body" | "querystring" | "params" | "headers";

export class RequestFaults extends Error {
  readonly statusCode = 422;
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super("The request does not fit its schema.");
    this.faults = faults;
  }
}

/**
 * Checks requests against their schemas. Nothing is coerced in bodies: `null` stays `null` and a number is no text.
 * Queries and paths are text by nature, so there numbers and booleans are read from it.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const part = (httpPart ?? "body") as Part;
  let compiled: Validator | undefined; // on first use: compiling every route would slow the start
  return (input: unknown) => {
    compiled ??= Compile(schema);
    const isText = part === "querystring" || part === "params";
    const value = isText ? compiled.Convert(input) : (input ?? null);
    if (compiled.Check(value)) return { value };
    return { error: new RequestFaults(faultsOf(compiled, value, part)) };
  };
};

/**
 * What looking for faults may take of the thread that everybody shares. Whether there is one is known at the first; to tell
 * them every item of a list is looked at, and a million of them took five seconds.
 */
const faultsMs = 50;

/** So many faults are told; each unknown field is one. */
const toldAtMost = 100;

function faultsOf(compiled: Validator, value: unknown, part: Part): readonly Fault[] {
  const place = part === "querystring" ? "query" : part === "params" ? "path" : part;
  if (value === undefined || value === null || typeof value !== "object") {
    return [{ type: "missing", loc: [place], msg: "Field required", input: null }];
  }
  const found = runWithin(faultsMs, () => compiled.Errors(value));
  if (found === undefined)
    return [
      {
        type: "too_much",
        loc: [place],
        msg: "Input does not fit, and is too large to say where",
        input: null,
      },
    ];
  const faults = found.value.flatMap((error): Fault[] => {
    const path = error.instancePath.split("/").slice(1).map(unescapePointer);
    const input = path.reduce<unknown>((inside, key) => (inside as Record<string, unknown>)?.[key], value);
    const params = error.params as {
      readonly requiredProperties?: readonly string[];
      readonly additionalProperties?: readonly string[];
      readonly limit?: number;
    };
    switch (error.keyword) {
      case "required":
        return (params.requiredProperties ?? []).map((name) => ({
          ...{ type: "missing", loc: [place, ...path, name], msg: "Field required", input: readable(input) },
        }));
      case "additionalProperties":
        return (params.additionalProperties ?? []).map((name) => ({
          type: "extra_forbidden",
          loc: [place, ...path, name],
          msg: "Extra inputs are not permitted",
          input: readable((input as Record<string, unknown>)[name]),
        }));
      case "minLength":
        return [fault("string_too_short", `String should have at least ${params.limit} character`)];
      case "maxLength":
        return [fault("string_too_long", `String should have at most ${params.limit} characters`)];
      case "type":
        return [fault(`${(error.params as { type?: string }).type}_type`, `Input ${error.message}`)];
      case "boolean":
        return []; // the echo of additionalProperties
      default:
        return [fault(error.keyword, `Input ${error.message}`)];
    }
    function fault(type: string, msg: string): Fault {
      return { type, loc: [place, ...path], msg, input: readable(input) };
    }
  });
  return faults.slice(0, toldAtMost);
}

/** What was sent, where it is no more than somebody reads: an answer of megabytes helps nobody. */
const readable = (input: unknown): unknown => (roomAfter(1000, input) < 0 ? null : input);

/** What is left of `room` characters once a value was written, about; below 0, it looks no further. */
function roomAfter(room: number, value: unknown): number {
  if (typeof value === "string") return room - value.length - 2;
  if (typeof value !== "object" || value === null) return room - 5;
  let left = room - 2;
  for (const key in value) {
    if (left < 0) break;
    left = roomAfter(left - key.length - 3, (value as Record<string, unknown>)[key]);
  }
  return left;
}

const unescapePointer = (key: string) => key.replaceAll("~1", "/").replaceAll("~0", "~");

/** The answer to a request that does not fit: 422 and every fault. Passwords are not repeated. */
export function faultsAnswer({ faults }: RequestFaults): { detail: readonly Fault[] } {
  return { detail: faults.map((fault) => ({ ...fault, input: withoutPassword(fault) })) };
}

function withoutPassword({ loc, input }: Fault): unknown {
  if (loc.includes("password") && typeof input === "string") return "***";
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  return "password" in input ? { ...input, password: "***" } : input;
}
