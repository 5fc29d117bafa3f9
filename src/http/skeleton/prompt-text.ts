import Type from "typebox";
import { SkeletonError } from "../../lib/errors.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { closed, failures } from "./schemas.ts";

const PromptText = Type.Object({ key: Type.String(), content: Type.String() });

/** What a system prompt says, for whoever would change it for once. */
export function registerPromptText(server: Server, { host }: HttpContext): void {
  server.get(
    "/api/v1/system_prompts/:key",
    {
      config: { access: "user", scopes: ["chat", "jobs", "read"], limit: "threads" },
      schema: {
        summary: "The text of a system prompt, or of a chat role",
        tags: ["models"],
        params: Type.Object({ key: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
        response: { 200: PromptText, ...failures },
      },
    },
    async (request) => {
      const { key } = request.params;
      const prompts = await host.get("system_prompt");
      const content = await prompts.getPrompt({ userId: userIdOf(request), key });
      if (content !== undefined) return { key, content };
      throw new SkeletonError("record_not_found", "There is no such prompt.", {
        hint: "GET /api/v1/system_prompts and GET /api/v1/roles name those there are.",
      });
    },
  );
}
