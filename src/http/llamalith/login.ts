import { verify } from "@node-rs/bcrypt";
import Type from "typebox";
import type { HttpContext } from "../context.ts";
import { refuseForeignPage } from "../guard.ts";
import { sessionCookie } from "../read-token.ts";
import type { Server } from "../type-provider.ts";

const Form = Type.Object({ password: Type.String({ minLength: 1, maxLength: 1000 }) });

/**
 * The login with a password and no name, where one is configured: it opens the page here as `llamalith.user`. Elsewhere
 * /chat/login is the page's own sign-in.
 */
export function registerLogin(pages: Server, { host }: HttpContext): void {
  const { config } = host;
  const { password_hash: hash, user: username } = config.llamalith;
  const root = config.base_path;
  const hidden = { schema: { hide: true } } as const;

  pages.get("/chat/login", { config: { access: "public" }, ...hidden }, async (_request, reply) =>
    hash === undefined ? reply.redirect(`${root}/`, 303) : reply.type("text/html").send(loginPage(root)),
  );

  pages.post(
    "/chat/login",
    {
      config: { access: "public", limit: "login" },
      schema: { hide: true, consumes: ["application/x-www-form-urlencoded"], body: Form },
    },
    async (request, reply) => {
      if (request.headers.origin !== undefined) refuseForeignPage(request, host);
      const right = hash !== undefined && (await verify(request.body.password, hash));
      const token = right ? await reply.signIn({ username, role: "user" }) : undefined;
      const auth = await host.get("auth");
      if (token !== undefined && (await auth.verifyToken(token)) !== undefined)
        return reply.redirect(`${root}/chat`, 303);
      if (right) host.log.warn({ user: username }, "llamalith.user is no user here, so nobody can log in");
      reply.removeHeader("set-cookie");
      return reply.type("text/html").send(loginPage(root, "Invalid password"));
    },
  );

  pages.get("/chat/logout", { config: { access: "public" }, ...hidden }, async (request, reply) => {
    const auth = await host.get("auth");
    const session = await auth.verifyToken(request.cookies[sessionCookie] ?? "");
    if (session !== undefined) await auth.revokeToken(session);
    return reply.clearCookie(sessionCookie, { path: root || "/" }).redirect(`${root}/chat/login`, 303);
  });
}

const loginPage = (root: string, fault = "") => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Login</title>
<h1>Login</h1>
<form method="post" action="${root}/chat/login">
<label>Password <input type="password" name="password" autocomplete="current-password" required autofocus></label>
<button>Login</button>
</form>
<p role="alert">${fault}</p>
</html>
`;
