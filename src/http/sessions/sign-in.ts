import Type from "typebox";
import { SkeletonError } from "../../lib/errors.ts";
import { beginSession } from "../begin-session.ts";
import type { HttpContext } from "../context.ts";
import type { Server } from "../type-provider.ts";
import { isOwnPage } from "./origins.ts";
import { faults } from "./schemas.ts";

const tags = ["sessions"];

/** Signing in, and whether the server is there. */
export function registerSignIn(surface: Server, { host }: HttpContext): void {
  surface.post(
    "/api/login",
    {
      config: { access: "public", limit: "login", fault: "Login failed" },
      schema: {
        summary: "Sign in",
        description:
          "The token goes into `Authorization: Bearer ...`; this server's own page also gets a cookie with it.",
        tags,
        body: Type.Object({
          username: Type.String({ minLength: 1, maxLength: 50 }),
          password: Type.String({ minLength: 1, maxLength: 100 }),
        }),
        response: {
          200: Type.Object({
            token: Type.String(),
            user: Type.Object({ id: Type.String(), username: Type.String(), role: Type.String() }),
          }),
          ...faults,
        },
      },
    },
    async (request, reply) => {
      const { username, password } = request.body;
      if (username.trim() === "" || password.trim() === "") {
        throw new SkeletonError("bad_input", "Username and password required", { hint: "" });
      }
      const auth = await host.get("auth");
      const user = await auth.authenticateUser({ username, password });
      if (!user) throw new SkeletonError("invalid_credentials", "Invalid credentials", { hint: "" });
      // A page elsewhere could sign its reader in here as somebody else: what they then write would be that one's.
      const token = isOwnPage(request, host.config.cors_origins)
        ? await beginSession(host, user, reply)
        : await auth.createToken(user);
      return { token, user: { id: user.username, username: user.username, role: user.role } };
    },
  );

  surface.get(
    "/api/health",
    {
      config: { access: "public" },
      schema: {
        summary: "Whether the server is there",
        tags,
        response: { 200: Type.Object({ status: Type.String(), timestamp: Type.String() }) },
      },
    },
    async () => ({ status: "OK", timestamp: host.now().toISOString() }),
  );
}
