import multipart from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { SkeletonError } from "../lib/errors.ts";
import type { Server } from "./type-provider.ts";
import { RequestFaults } from "./validation.ts";

/** Bodies nested deeper than this are refused before anything walks through them. */
const maxDepth = 64;

/**
 * JSON, and (by plugins) forms: nothing else is read. Plain text in particular is what a foreign page may send without
 * asking first.
 */
export function registerJson(server: Server): void {
  server.removeAllContentTypeParsers();
  const parse = server.getDefaultJsonParser("error", "error");
  server.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const text = String(body);
    if (text === "") return done(null, undefined); // a POST that needs no body may still name its type
    if (nestsTooDeep(text)) {
      return done(Object.assign(new Error("The body is nested too deep."), { statusCode: 400 }), undefined);
    }
    void parse(request, text, done); // it answers by `done`
  });
}

/**
 * A route takes its body in one form: JSON, unless its schema says `consumes`. What a form field is called and what a
 * JSON key is called is the same, so the other form would be understood; but a form is what a foreign page can send.
 */
export async function registerBodyTypes(server: Server, bodyLimit: number): Promise<void> {
  await server.register(multipart, { limits: { files: 0, parts: 50 } });
  server.addHook("preValidation", async (request) => {
    const { schema } = request.routeOptions;
    const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
    const accepted: readonly string[] = schema?.consumes ?? ["application/json"];
    if (schema?.body !== undefined && type !== undefined && !accepted.includes(type)) {
      const msg = `The body should be sent as ${accepted.join(" or ")}`;
      throw new RequestFaults([{ type: "body_type", loc: ["body"], msg, input: null }]);
    }
    if (request.isMultipart() && !request.is404) request.body = await readFields(request, bodyLimit);
  });
}

/**
 * The fields of a form in parts, which are texts; of a name that stands there twice, a list. The framework knows no limit
 * for all of them together, and takes a form that it cannot read for a fault of the server.
 */
async function readFields(request: FastifyRequest, bodyLimit: number): Promise<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  let size = 0;
  try {
    for await (const part of request.parts()) {
      if (part.type !== "field" || typeof part.value !== "string") throw new Error("not a text");
      const { fieldname: name, value } = part;
      size += name.length + value.length;
      if (size > bodyLimit) throw Object.assign(new Error("too large"), { code: tooLarge, statusCode: 413 });
      fields[name] = name in fields ? [fields[name], value].flat() : value;
    }
  } catch (cause) {
    if ((cause as { readonly statusCode?: number }).statusCode !== undefined) throw cause;
    throw new SkeletonError("bad_input", "The form cannot be read.", {
      hint: "Send the whole of it as multipart/form-data with its boundary; its fields are texts.",
      cause,
    });
  }
  return fields;
}

/** What the framework calls a body of any other kind that is larger than its limit. */
const tooLarge = "FST_ERR_CTP_BODY_TOO_LARGE";

/** Whether JSON text is to be refused before it is parsed. */
export const nestsTooDeep = (text: string): boolean => nestsDeeper(text, maxDepth);

/** Whether JSON text nests deeper than `limit`. It looks at brackets only, so it needs no stack itself. */
function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") {
      depth += 1;
      if (depth > limit) return true;
    } else if (character === "]" || character === "}") depth -= 1;
  }
  return false;
}
