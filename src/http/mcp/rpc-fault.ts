import type { FastifyReply, FastifyRequest } from "fastify";
import { type ThrownError, tellError } from "../errors.ts";
import { RequestFaults } from "../validation.ts";
import { RpcError, rpcCodes } from "./rpc.ts";

/** What is wrong with what was sent, rather than with the moment or the sender. */
const paramFaults = new Set(["bad_input", "thread_not_found", "model_not_allowed", "model_not_found"]);

/**
 * Any error as one of JSON-RPC; `data.code` is the code that this server has for it.
 * @returns beside it the status and headers of an answer that is nothing but this error.
 */
export function rpcFault(error: unknown, request: FastifyRequest) {
  if (error instanceof RpcError) {
    return { status: 400, headers: {}, fault: { code: error.rpcCode, message: error.message } };
  }
  const { status, headers, code, body } = tellError(error as ThrownError, request);
  const { detail: sentence, ...details } = body;
  const message = error instanceof RequestFaults ? error.faults.map(({ msg }) => msg).join(" ") : sentence;
  const retryAfter = headers["retry-after"];
  const data = { code, ...details, ...(retryAfter !== undefined && { retry_after: Number(retryAfter) }) };
  return { status, headers, fault: { code: rpcCodeOf(error as ThrownError, status, code), message, data } };
}

/** The answer to what did not get as far as being a message. */
export function sendFault(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, headers, fault } = rpcFault(error, request);
  return reply.code(status).headers(headers).send({ jsonrpc: "2.0", id: null, error: fault });
}

function rpcCodeOf(error: ThrownError, status: number, code: string): number {
  if (status === 500) return rpcCodes.internal;
  // The framework's own are about the request as a whole: of those, 400 means that it is not JSON.
  if (error.hint === undefined) return status === 400 ? rpcCodes.parseError : rpcCodes.invalidRequest;
  return paramFaults.has(code) ? rpcCodes.invalidParams : rpcCodes.server;
}
