import type { Command } from "commander";
import { SkeletonError } from "../lib/errors.ts";
import { type ServerFlags, serverAccess } from "./server-access.ts";
import { connect, type ServerAccess, type ServerClient, unreachable } from "./server-client.ts";

/** A call of the server that is signed in to; answers come parsed, a file as its text. */
export type ServerCall = (...call: Parameters<ServerClient["call"]>) => Promise<unknown>;

/** Signs in. @throws what `connect` throws; calls throw a coded error for any answer but a good one. */
export async function serverCall(access: ServerAccess): Promise<ServerCall> {
  const client = await connect(access);
  return async (at, init) => {
    const answer = await client.call(at, init).catch((error: unknown) => {
      throw error instanceof SkeletonError ? error : unreachable(access.url, error);
    });
    return answer.headers.has("content-disposition") ? answer.text() : answer.json();
  };
}

/** What a command does once it is signed in. @throws `bad_input` where no server is named. */
export function onServer<Flags>(act: (call: ServerCall, flags: Flags, ...words: string[]) => Promise<void>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const { access } = await serverAccess(command.optsWithGlobals<ServerFlags>());
    if (access === undefined)
      throw new SkeletonError("bad_input", "No server was named.", {
        hint: "Set SKELETON_URL, or give --url http://HOST:PORT.",
      });
    await act(await serverCall(access), command.opts<object>() as Flags, ...command.args);
  };
}
