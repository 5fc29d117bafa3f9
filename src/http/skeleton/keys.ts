import Type from "typebox";
import { SkeletonError } from "../../lib/errors.ts";
import { keyRow, wantedKey } from "../../lib/key-row.ts";
import type { ApiKeys } from "../../protocols/auth.ts";
import type { HttpContext } from "../context.ts";
import { sessionOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { KeyId, KeyRow, MadeKey, NewKey } from "./key-schemas.ts";
import { Done, failures } from "./schemas.ts";

/** No scope: keys are made, and ended, by somebody who signed in. */
const route = { config: { access: "user", limit: "threads" } } as const;
const tags = ["account"];

/** Keys for scripts. */
export function registerKeys(server: Server, { host }: HttpContext): void {
  async function keysHere(): Promise<ApiKeys> {
    const { keys } = await host.get("auth");
    if (keys) return keys;
    throw new SkeletonError("record_not_found", "There are no API keys on this server.", {
      hint: "Scripts can sign in at POST /login.",
    });
  }

  server.get(
    "/api/v1/keys",
    {
      ...route,
      schema: {
        summary: "Your API keys, the newest first",
        tags,
        response: { 200: Type.Array(KeyRow), ...failures },
      },
    },
    async (request) => (await (await keysHere()).listKeys(sessionOf(request).user)).map(keyRow),
  );

  server.post(
    "/api/v1/keys",
    {
      ...route,
      schema: {
        summary: "Make an API key: the answer tells it this once",
        description:
          "A script sends it as `Authorization: Bearer`, as a token. It may do what its scopes say, never an admin's work.",
        tags,
        body: NewKey,
        response: { 201: MadeKey, ...failures },
      },
    },
    async (request, reply) => {
      const { key, secret } = await (await keysHere()).createKey(
        sessionOf(request).user,
        wantedKey(request.body),
      );
      return reply
        .code(201)
        .header("cache-control", "no-store")
        .send({ ...keyRow(key), secret });
    },
  );

  server.delete(
    "/api/v1/keys/:key_id",
    {
      ...route,
      schema: {
        summary: "Revoke an API key: it stops working, open streams within seconds",
        tags,
        params: KeyId,
        response: { 200: Done, ...failures },
      },
    },
    async (request) => {
      const { username } = sessionOf(request).user;
      await (await keysHere()).revokeKey({ username, id: request.params.key_id });
      return { message: "API key revoked successfully" };
    },
  );
}
