import type { FastifyReply, FastifyRequest } from "fastify";
import { codeOf } from "../../lib/errors.ts";
import { inSentences } from "../../lib/in-sentences.ts";
import { type ThrownError, tellError } from "../errors.ts";
import { RequestFaults } from "../validation.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What this surface says went wrong where only that is said. */
    fault?: string;
  }
}

/** Sentences that clients know, by code; of any other code the error's own. */
const sentences: Readonly<Record<string, string>> = {
  not_authenticated: "Access token required",
  invalid_token: "Invalid or expired token",
  thread_not_found: "Session not found",
};

const statuses: Readonly<Record<string, number>> = { invalid_token: 403 };

/** Codes of an upstream that answers, and says no; the status where it gave none. */
const refusals: Readonly<Record<string, number>> = {
  upstream_refused: 502,
  upstream_budget: 402,
  upstream_unusable: 502,
  upstream_overflow: 400,
};

/** Any error in this surface's shapes. An upstream's failure has the upstream's status, and its words as `details`. */
export function tellFault(error: ThrownError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof RequestFaults) {
    return reply.code(400).send({ errors: error.faults.map(fieldFault) });
  }
  const code = codeOf(error);
  const { fault = "Internal Server Error" } = request.routeOptions.config ?? {}; // there may be no route yet
  const words = inSentences(error);
  const refusal = refusals[code];
  if (refusal !== undefined) {
    const upstream = Number(error.details?.upstreamStatus);
    const status = upstream >= 400 && upstream <= 599 ? upstream : refusal;
    return reply.code(status).send({ error: fault, details: { message: words } });
  }
  if (code.startsWith("upstream_")) {
    return reply.code(500).send({ error: "Failed to connect to LiteLLM", message: words });
  }
  const { status, headers, body } = tellError(error, request);
  const told = sentences[code] ?? (status >= 500 ? fault : body.detail);
  return reply
    .code(statuses[code] ?? status)
    .headers(headers)
    .send({ error: told });
}

type Fault = RequestFaults["faults"][number];

const locations: Readonly<Record<string, string>> = { path: "params", query: "query" };

/** As express-validator writes it. A password is not repeated. */
function fieldFault({ loc: [place, ...path], type, input }: Fault) {
  const field = path.join(".");
  return {
    type: "field",
    ...(type !== "missing" && field !== "password" && { value: input }),
    msg: "Invalid value",
    path: field,
    location: locations[String(place)] ?? String(place),
  };
}
