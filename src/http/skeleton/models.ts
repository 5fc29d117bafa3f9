import Type from "typebox";
import { allowedModels } from "../../lib/allowed-models.ts";
import type { HttpContext } from "../context.ts";
import { callerOf, userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { AbsentRow, failures, ModelRow, ModelsQuery, Prompts } from "./schemas.ts";

/** What the original answers instead of an empty list; its page shows it as if it were a model. */
const placeholder = "MODELS NOT AVAILABLE";

/** What can be chosen: models and system prompts. */
export function registerModels(server: Server, { host }: HttpContext): void {
  server.get(
    "/api/v1/models",
    {
      config: { access: "user", scopes: ["chat", "jobs", "read"], limit: "models" },
      schema: {
        summary: "Models the user may use",
        description: `Names, or objects with \`details\`. With none at all: ["${placeholder}"], or [] with \`details\`.`,
        tags: ["models"],
        querystring: ModelsQuery,
        response: { 200: Type.Union([Type.Array(Type.String()), Type.Array(ModelRow)]), ...failures },
      },
    },
    async (request) => {
      const { details, refresh = false } = request.query;
      const models = await allowedModels(host, callerOf(request), { fresh: refresh });
      if (!details) {
        const names = models.filter(({ standIn }) => !standIn).map(({ id }) => id);
        return names.length === 0 ? [placeholder] : names;
      }
      return models.map(({ id, provider, description, contextWindow }) => ({
        id,
        provider,
        ...(description === undefined ? {} : { description }),
        ...(contextWindow === undefined ? {} : { context_window: contextWindow }),
      }));
    },
  );

  server.get(
    "/api/v1/models/absent",
    {
      config: { access: "user", scopes: ["chat", "jobs", "read"], limit: "models" },
      schema: {
        summary: "Providers that do not answer now, with the models they had",
        tags: ["models"],
        response: { 200: Type.Array(AbsentRow), ...failures },
      },
    },
    async (request) => {
      const [auth, model] = await Promise.all([host.get("auth"), host.get("model")]);
      const { userId: username, ...key } = callerOf(request);
      const rows = [];
      for (const { provider, reason, models } of (await model.listAbsent?.()) ?? []) {
        const mine = [];
        for (const id of models)
          if (await auth.requestAllowed({ username, ...key, model: id })) mine.push(id);
        // whoever may use none of its models has nothing to miss
        if (mine.length > 0 || models.length === 0) rows.push({ provider, reason, models: mine });
      }
      return rows;
    },
  );

  server.get(
    "/api/v1/system_prompts",
    {
      config: { access: "user", scopes: ["chat", "jobs", "read"] },
      schema: {
        summary: "System prompts by key, with their descriptions",
        tags: ["models"],
        response: { 200: Prompts, ...failures },
      },
    },
    async (request) => (await host.get("system_prompt")).listPrompts({ userId: userIdOf(request) }),
  );
}
