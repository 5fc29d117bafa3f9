import type { FastifyReply, FastifyRequest } from "fastify";
import { codeOf } from "../../lib/errors.ts";
import { type ThrownError, tellError } from "../errors.ts";
import { faultsAnswer, RequestFaults } from "../validation.ts";

/** Sentences that clients know, by code. */
const sentences: Readonly<Record<string, string>> = {
  not_authenticated: "Invalid or missing token",
  invalid_token: "Invalid or missing token",
  job_not_found: "Job not found",
};

/** Any error in this surface's shape: `{"detail": ...}`, and 422 for whatever does not fit. */
export function tellFault(error: ThrownError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof RequestFaults) return reply.code(422).send(faultsAnswer(error));
  const code = codeOf(error);
  if (code === "FST_ERR_CTP_INVALID_JSON_BODY") {
    const fault = { type: "json_invalid", loc: ["body"], msg: "JSON decode error", input: null };
    return reply.code(422).send({ detail: [fault] });
  }
  const { status, headers, body } = tellError(error, request);
  return reply
    .code(status)
    .headers(headers)
    .send({ detail: sentences[code] ?? body.detail });
}
