import { codeOf } from "../../lib/errors.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import type { conversations } from "./conversations.ts";
import { ConversationId } from "./schemas.ts";
import { tellFault } from "./tell-fault.ts";

/** Addresses of Llamalith's pages, which people have in their bookmarks: each leads to its like in the page here. */
export function registerPages(
  pages: Server,
  { host }: HttpContext,
  chats: ReturnType<typeof conversations>,
): void {
  const root = host.config.base_path;
  pages.setErrorHandler((error: Error, request, reply) => {
    const isStranger = ["not_authenticated", "invalid_token"].includes(codeOf(error));
    if (!isStranger) return tellFault(error, request, reply);
    return reply.code(303).header("location", `${root}/chat/login`).send({ detail: "See Other" });
  });
  const hidden = { schema: { hide: true } } as const;
  const open = { config: { access: "public" }, ...hidden } as const;
  const own = { config: { access: "user" }, ...hidden } as const;

  for (const [from, to] of [
    ["/chat", "/chat/"],
    ["/chat/docs", "/docs"],
    ["/chat/openapi.json", "/openapi.json"],
  ] as const)
    pages.get(from, open, async (_request, reply) => reply.redirect(root + to, 307));

  for (const [from, to] of [
    ["/chat/", "/#/jobs"],
    ["/chat/jobs", "/#/jobs"],
    ["/chat/conversations", "/#/"],
  ] as const)
    pages.get(from, own, async (_request, reply) => reply.redirect(root + to, 303));

  pages.get(
    "/chat/conversations/:conversation_id",
    { config: { access: "user" }, schema: { hide: true, params: ConversationId } },
    async (request, reply) => {
      const { conversation_id: threadId } = request.params;
      await chats.ensure({ userId: userIdOf(request), threadId }, "New Conversation");
      return reply.redirect(`${root}/#/t/${encodeURIComponent(threadId)}`, 303);
    },
  );
}
