import type { FastifyReply } from "fastify";
import Type from "typebox";
import { SkeletonError } from "../../lib/errors.ts";
import type { User } from "../../protocols/auth.ts";
import { accountCursor } from "../../turns/account-log.ts";
import { beginSession } from "../begin-session.ts";
import type { HttpContext } from "../context.ts";
import { refuseForeignPage, sessionOf } from "../guard.ts";
import { sessionCookie } from "../read-token.ts";
import type { Server } from "../type-provider.ts";
import { Me, SetupState, type SignInPage } from "./account-schemas.ts";
import { closed, Done, failures } from "./schemas.ts";

const Credentials = {
  username: Type.String({ minLength: 1, maxLength: 100 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
};

const Token = Type.Object({ access_token: Type.String(), token_type: Type.Literal("bearer") });

const tags = ["account"];

/** Signing in and out. The token is for scripts; the page uses the cookie, which no script in it can read. */
export function registerAccount(
  server: Server,
  { host }: HttpContext,
  signInPages: readonly SignInPage[],
): void {
  async function signIn(user: User, reply: FastifyReply) {
    return { access_token: await beginSession(host, user, reply), token_type: "bearer" as const };
  }

  server.post(
    "/login",
    {
      config: { access: "public", limit: "login" },
      schema: {
        summary: "Sign in",
        tags,
        body: Type.Object(Credentials, closed),
        response: { 200: Token, ...failures },
      },
    },
    async (request, reply) => {
      if (request.headers.origin !== undefined) refuseForeignPage(request, host);
      const user = await (await host.get("auth")).authenticateUser(request.body);
      if (user) return signIn(user, reply);
      throw new SkeletonError("invalid_credentials", "Invalid credentials", {
        hint: "Check name and password.",
      });
    },
  );

  server.post(
    "/logout",
    {
      config: { access: "user" },
      schema: { summary: "Sign out: the token stops working", tags, response: { 200: Done, ...failures } },
    },
    async (request, reply) => {
      await (await host.get("auth")).revokeToken(sessionOf(request));
      reply.clearCookie(sessionCookie, { path: host.config.base_path || "/" });
      return { message: "Logged out successfully" };
    },
  );

  server.post(
    "/api/v1/logout",
    {
      config: { access: "user" },
      schema: {
        summary: "Sign out, here or everywhere",
        description:
          "With `everywhere`, every token of the user stops working; open streams end within seconds.",
        tags,
        body: Type.Object({ everywhere: Type.Optional(Type.Boolean()) }, closed),
        response: { 200: Done, ...failures },
      },
    },
    async (request, reply) => {
      const auth = await host.get("auth");
      const session = sessionOf(request);
      if (request.body.everywhere) await auth.revokeAllTokens(session.user);
      else await auth.revokeToken(session);
      reply.clearCookie(sessionCookie, { path: host.config.base_path || "/" });
      return { message: "Logged out successfully" };
    },
  );

  server.get(
    "/api/v1/me",
    {
      config: { access: "user", scopes: ["chat", "jobs", "read"] },
      schema: {
        summary: "Who is signed in",
        tags,
        response: { 200: Me, ...failures },
      },
    },
    async (request) => {
      const { user } = sessionOf(request);
      return { ...user, cursor: accountCursor(await host.get("bus"), user.username, host.now()) };
    },
  );

  server.get(
    "/api/v1/setup",
    {
      config: { access: "public" },
      schema: {
        summary:
          "What stands before the sign-in: whether the first account is still to be made, and other ways in",
        tags,
        response: { 200: SetupState, ...failures },
      },
    },
    async () => {
      const { setup } = await host.get("auth");
      const needed = setup !== undefined && (await setup.secret()) !== undefined;
      return { needed, sign_in: signInPages };
    },
  );

  server.post(
    "/api/v1/setup",
    {
      config: { access: "public", limit: "login" },
      schema: {
        summary: "Make the first account, an admin",
        description: "The secret is in the link that the server prints when it finds no users.",
        tags,
        body: Type.Object({ secret: Type.String({ maxLength: 200 }), ...Credentials }, closed),
        response: { 200: Token, ...failures },
      },
    },
    async (request, reply) => {
      if (request.headers.origin !== undefined) refuseForeignPage(request, host);
      const { setup } = await host.get("auth");
      if (setup) return signIn(await setup.createFirstAdmin(request.body), reply);
      throw new SkeletonError("forbidden", "Accounts are not made here.", {
        hint: "Ask whoever runs this server.",
      });
    },
  );
}
