import { SkeletonError } from "../lib/errors.ts";
import { connect, type ServerAccess, type ServerClient, unreachable } from "./server-client.ts";

/** A call to a running server; answers come parsed, a file as its text. @throws a coded error for any answer but a good one. */
export type Call = (...call: Parameters<ServerClient["call"]>) => Promise<unknown>;

/** Signs in, where there is no token yet. */
export async function callsTo(access: ServerAccess): Promise<Call> {
  const client = await connect(access);
  return async (at, init) => {
    const answer = await client.call(at, init).catch((error: unknown) => {
      throw error instanceof SkeletonError ? error : unreachable(access.url, error);
    });
    const isFile = answer.headers.has("content-disposition");
    return isFile ? answer.text() : answer.json();
  };
}
