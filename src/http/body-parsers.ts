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
export function registerBodyTypes(server: Server): void {
  server.addHook("preValidation", async (request) => {
    const { schema } = request.routeOptions;
    const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
    if (schema?.body === undefined || type === undefined) return;
    const accepted: readonly string[] = schema.consumes ?? ["application/json"];
    if (accepted.includes(type)) return;
    const msg = `The body should be sent as ${accepted.join(" or ")}`;
    throw new RequestFaults([{ type: "body_type", loc: ["body"], msg, input: null }]);
  });
}

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
