import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { allowedModels, type Caller, defaultModel } from "../../lib/allowed-models.ts";
import { SkeletonError } from "../../lib/errors.ts";
import type { AbsentProvider, ModelInfo, ModelRequest } from "../../protocols/model.ts";
import { eventStream } from "../answers.ts";
import type { HttpContext } from "../context.ts";
import { callerOf } from "../guard.ts";
import { sendEvents } from "../sse.ts";
import type { Server } from "../type-provider.ts";
import { type Asked, completion } from "./completion.ts";
import { readRequest } from "./completion-request.ts";
import { faults } from "./schemas.ts";
import { chunksOf } from "./stream-completion.ts";

const tags = ["sessions"];

/** Anything an upstream may know; what is ours is checked where it is read. */
const Body = Type.Object({
  model: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  messages: Type.Array(Type.Object({ role: Type.String() }), { minItems: 1, maxItems: 10_000 }),
});

/** Models, and completions that are kept nowhere. The client of the original sends no token here: its cookie counts. */
export function registerCompletions(surface: Server, context: HttpContext): void {
  const { host } = context;

  surface.get(
    "/api/models",
    {
      config: {
        access: "user",
        scopes: ["chat", "jobs", "read"],
        open: true,
        limit: "models",
        fault: "Failed to fetch models",
      },
      schema: {
        summary: "Models the user may use",
        tags,
        response: { 200: Type.Object({ data: Type.Array(Type.Unknown()) }), ...faults },
      },
    },
    async (request) => {
      const data = await allowedModels(host, callerOf(request));
      const model = await host.get("model");
      if (data.every(({ standIn }) => standIn)) tellAbsent((await model.listAbsent?.()) ?? []);
      return { data: data.map(modelRow) };
    },
  );

  surface.post(
    "/api/chat/completions",
    {
      config: {
        access: "user",
        scopes: ["chat"],
        open: true,
        limit: "message",
        fault: "Chat completion failed",
      },
      schema: {
        summary: "A completion",
        tags,
        body: Body,
        response: { 200: Type.Unknown({ description: "As the chat completions API has it." }), ...faults },
      },
    },
    async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      return completion(await ask(request, gone.signal), host.now());
    },
  );

  surface.post(
    "/api/chat/completions/stream",
    {
      config: {
        access: "user",
        scopes: ["chat"],
        open: true,
        limit: "message",
        fault: "Streaming chat completion failed",
      },
      schema: {
        summary: "A completion as a stream",
        tags,
        body: Body,
        response: { 200: eventStream, ...faults },
      },
    },
    async (request, reply) => {
      const open = async (gone: AbortSignal) => chunksOf(await ask(request, gone), host.now(), gone);
      return sendEvents(context, request, reply, open, { frames: (_id, text) => [text], comments: false });
    },
  );

  /** @returns what the model says. It is asked no longer than somebody listens. */
  async function ask(
    request: FastifyRequest<{ Body: Record<string, unknown> }>,
    gone: AbortSignal,
  ): Promise<Asked> {
    const caller = callerOf(request);
    const { userId, ...key } = caller;
    const body = readRequest(request.body);
    const model = body.model ?? (await someModel(caller));
    if (!(await (await host.get("auth")).requestAllowed({ username: userId, ...key, model }))) {
      throw new SkeletonError("model_not_allowed", `You may not use the model ${model}.`, {
        hint: "Choose one of GET /api/models.",
      });
    }
    gone.throwIfAborted(); // a model that nobody waits for any more is not asked
    const asked: ModelRequest = { ...body, model, userId };
    return {
      id: `chatcmpl-${host.newId()}`,
      model,
      batches: (await host.get("model")).generate(asked, gone),
    };
  }

  async function someModel(caller: Caller): Promise<string> {
    const model = await defaultModel(host, caller);
    if (model !== undefined) return model;
    throw new SkeletonError("model_not_found", "No model is available to you.", {
      hint: "Ask whoever runs this server.",
    });
  }
}

/** As LiteLLM lists it, as far as clients read that. */
const modelRow = ({ id, provider, contextWindow }: ModelInfo) => ({
  model_name: id,
  litellm_params: { model: provider === "" ? id : `${provider}/${id}`, custom_llm_provider: provider },
  model_info: {
    litellm_provider: provider,
    ...(contextWindow !== undefined && { max_input_tokens: contextWindow }),
  },
});

/** With nothing but a stand-in to offer, a provider that fails is what the client wants to hear of. */
function tellAbsent([first]: readonly AbsentProvider[]): void {
  if (first === undefined) return;
  const { provider, reason, status } = first;
  const words = status === undefined ? "does not answer" : `refused with status ${status}`;
  throw Object.assign(new Error(`${provider} ${words}.`), {
    code: reason,
    hint: "Whoever runs this server can ask `skeleton doctor`.",
    details: status === undefined ? {} : { upstreamStatus: status },
  });
}
