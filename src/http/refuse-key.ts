import type { FastifyContextConfig } from "fastify";
import { SkeletonError } from "../lib/errors.ts";
import type { ApiKey } from "../protocols/api-key.ts";

/** Keys may call the routes that name one of their scopes, and none of an admin's. @throws `forbidden`. */
export function refuseKey({ scopes: own }: ApiKey, { access, scopes = [] }: FastifyContextConfig): void {
  if (access !== "admin" && scopes.some((scope) => own.includes(scope))) return;
  const open = access === "admin" ? [] : scopes;
  throw new SkeletonError("forbidden", "This API key may not do that.", {
    hint:
      open.length === 0
        ? "It takes somebody who signed in."
        : `It takes a key with the scope ${open.map((scope) => `\`${scope}\``).join(" or ")}.`,
  });
}
