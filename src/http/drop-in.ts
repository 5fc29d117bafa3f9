import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";
import { findInside } from "../lib/find-inside.ts";

/** What somebody put in the place of the page, or of some of its files. */
export type DropIn = {
  /** Its folder, links resolved. */
  readonly root: string;
  /** Sends a file of it, by its path from there. @returns whether there is one. */
  send(path: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
};

/** The `html` folder of the plugins folder, laid out like the built page; undefined when there is none. */
export async function findDropIn(pluginsPath: string): Promise<DropIn | undefined> {
  const root = await realpath(join(pluginsPath, "html")).catch(() => undefined);
  if (root === undefined) return undefined;
  return {
    root,
    async send(path, request, reply) {
      const file = await findInside(root, path);
      if (file === undefined) return false;
      delete request.headers["accept-encoding"]; // what lies compressed beside the file was not looked at
      reply.sendFile(file, root);
      return true;
    },
  };
}
