import { isObject } from "../../../lib/is-object.ts";
import type { Said } from "../upstream-error.ts";

/** What an upstream says went wrong. */
export type SaidError = Said & { readonly status: number | undefined };

/**
 * The error in a JSON object, or `undefined` when it holds none. The API's own form is `{error: {message, code}}`;
 * there are servers with `{error: "…"}`, `{object: "error", message}` and `{detail}`, of which the last two count only
 * where an error is expected (`certain`) or named as such.
 */
export function errorIn(value: Readonly<Record<string, unknown>>, certain: boolean): SaidError | undefined {
  const { error } = value;
  if (typeof error === "string" && error !== "") return { words: error, status: statusOf(value) };
  if (isObject(error)) {
    const status = statusOf(error) ?? statusOf(value);
    return { words: wordsOf(error) ?? JSON.stringify(error), kind: kindOf(error), status };
  }
  if (!certain && value.object !== "error") return undefined;
  return { words: wordsOf(value) ?? JSON.stringify(value), kind: kindOf(value), status: statusOf(value) };
}

/** Its name, which is in `type` or in `code` by the provider. */
const kindOf = ({ type, code }: Readonly<Record<string, unknown>>): string =>
  [type, code].filter((name) => typeof name === "string").join(" ");

function wordsOf(value: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of ["message", "detail", "msg", "error"]) {
    const words = value[key];
    if (typeof words === "string" && words !== "") return words;
    if (words !== undefined && words !== null && typeof words === "object") return JSON.stringify(words);
  }
  return undefined;
}

function statusOf(value: Readonly<Record<string, unknown>>): number | undefined {
  for (const key of ["status", "code", "status_code"]) {
    const status = Number(value[key]);
    if (Number.isInteger(status) && status >= 400 && status < 600) return status;
  }
  return undefined;
}

/** What an error's body says, whatever it is made of: JSON, a page, or plain text. */
export function saidInBody(body: string): Said {
  try {
    const value: unknown = JSON.parse(body);
    // Google wraps its error into an array
    const said: unknown = Array.isArray(value) ? value[0] : value;
    if (isObject(said)) return errorIn(said, true) ?? { words: "" };
  } catch {
    // not JSON: read on
  }
  if (!/<html|<!doctype/i.test(body)) return { words: body };
  return { words: /<title[^>]*>([^<]{1,200})/i.exec(body)?.[1] ?? "an HTML page" };
}
