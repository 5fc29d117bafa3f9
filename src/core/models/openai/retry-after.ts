import type { IncomingHttpHeaders } from "node:http";

/**
 * How long the upstream asks to be left alone, in ms: `retry-after-ms` (OpenAI, Azure), else `Retry-After` in seconds
 * or as a date. `undefined` when it does not say, or not in a way that can be read.
 */
export function retryAfter(headers: IncomingHttpHeaders, now: Date): number | undefined {
  const exact = headers["retry-after-ms"];
  if (typeof exact === "string" && /^\d+(\.\d+)?$/.test(exact.trim())) return Number(exact);
  const said = headers["retry-after"]?.trim();
  if (said === undefined || said === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(said)) return Number(said) * 1000;
  const at = Date.parse(said);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
