import Type, { type Static } from "typebox";
import { Value } from "typebox/value";
import { closed } from "../skeleton/schemas.ts";

const Id = Type.Union([Type.String({ maxLength: 200 }), Type.Integer()]);
const Params = Type.Optional(Type.Record(Type.String(), Type.Unknown()));
const version = Type.Literal("2.0");

const RpcRequest = Type.Object({ jsonrpc: version, id: Id, method: Type.String(), params: Params }, closed);
const RpcNotification = Type.Object({ jsonrpc: version, method: Type.String(), params: Params }, closed);

export type RpcRequest = Static<typeof RpcRequest>;
export type RpcNotification = Static<typeof RpcNotification>;
export type RpcId = Static<typeof Id>;

/** What a client may send, for the API's description. */
export const RpcMessage = Type.Union([RpcRequest, RpcNotification]);

/** An answer to what is no message, for the API's description. */
export const RpcFault = Type.Object({ jsonrpc: version, id: Type.Null(), error: Type.Unknown() });

/** https://www.jsonrpc.org/specification#error_object; the last one is for what the server itself names. */
export const rpcCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  server: -32000,
} as const;

/** Something that is wrong with a message itself. */
export class RpcError extends Error {
  readonly rpcCode: number;
  constructor(rpcCode: number, message: string) {
    super(message);
    this.rpcCode = rpcCode;
  }
}

/** @throws RpcError for what is no message; of lists of them too, which the protocol has given up. */
export function readMessage(body: unknown): RpcRequest | RpcNotification {
  if (Value.Check(RpcRequest, body)) return body;
  if (Value.Check(RpcNotification, body)) return body;
  throw new RpcError(
    rpcCodes.invalidRequest,
    "This is no JSON-RPC 2.0 request or notification. Send one message, with `jsonrpc`, `method` and, to be answered, `id`.",
  );
}

export const isRpcId = (id: unknown): id is RpcId => Value.Check(Id, id);

export const isRequest = (message: RpcRequest | RpcNotification): message is RpcRequest => "id" in message;
