import { codeOf, SkeletonError } from "../../../lib/errors.ts";
import type { ErrorCode } from "../../../protocols/errors.ts";

/** What happened to a server or a call, in a sentence, and what to do. */
export type Failure = { readonly code: ErrorCode; readonly message: string; readonly hint: string };

/** Codes that the SDK gives its own errors; https://www.jsonrpc.org/specification and `ErrorCode` of the SDK. */
const CONNECTION_CLOSED = -32000;
const REQUEST_TIMEOUT = -32001;

/** A server's own words may be a whole page. */
const MAX_WORDS = 2000;

/**
 * What an error of the SDK, of Node or of ours says to people. Only what a server says of a call is passed on; the words
 * of `fetch` and of an HTTP answer may hold the address or the headers, and with them a key.
 * @param server is its name in the configuration.
 */
export function failureOf(error: unknown, server: string): Failure {
  if (error instanceof SkeletonError) return error;
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
  const here = `mcp_servers.${server}`;
  if (code === "ENOENT")
    return unreachable(
      "its program or folder was not found",
      `Correct \`command\` or \`cwd\` of \`${here}\`.`,
    );
  if (code === "EACCES")
    return unreachable("its program may not be run", `Check \`command\` of \`${here}\`.`);
  if (name === "McpError" && code === REQUEST_TIMEOUT)
    return {
      code: "upstream_timeout",
      message: "it did not answer in time",
      hint: `Raise \`${here}.timeout_ms\`.`,
    };
  if (name === "McpError" && code === CONNECTION_CLOSED)
    return broken("the connection ended", "Try again in a moment: it is connected anew by itself.");
  if (name === "McpError")
    return { code: "upstream_refused", message: words(message), hint: "Correct the arguments of the call." };
  if (error instanceof Error && error.constructor.name === "StreamableHTTPError")
    return {
      ...unreachable(httpText(code), `Check \`url\` and \`headers\` of \`${here}\`.`),
      code: "upstream_refused",
    };
  if (error instanceof TypeError)
    return unreachable(`it cannot be reached${causeText(error.cause)}`, `Check \`url\` of \`${here}\`.`);
  return broken(`it does not speak MCP as expected (${codeOf(error)})`, `Check \`${here}\`.`);
}

const unreachable = (message: string, hint: string): Failure => ({
  code: "upstream_unreachable",
  message,
  hint,
});
const broken = (message: string, hint: string): Failure => ({ code: "upstream_broken", message, hint });

const httpText = (status: unknown): string =>
  typeof status === "number" && status > 0
    ? `it answers with HTTP status ${status}`
    : "its answer is not that of MCP";

const causeText = (cause: unknown): string => (codeOf(cause) === "internal" ? "" : ` (${codeOf(cause)})`);

export const words = (message: unknown): string =>
  String(message)
    .replace(/^MCP error -?\d+: /, "")
    .slice(0, MAX_WORDS);
