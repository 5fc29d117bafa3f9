import Type from "typebox";
import { checkedInstructions } from "../../lib/check-role.ts";
import { codeOf, SkeletonError } from "../../lib/errors.ts";
import { type Bare, hasRole, withoutRole } from "../../lib/role-prefix.ts";
import type { BusBatch } from "../../protocols/bus.ts";
import type { ThreadMessage } from "../../protocols/threads.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import type { TurnRequest } from "../../protocols/turn-request.ts";
import { eventStream } from "../answers.ts";
import { checkContent } from "../check-content.ts";
import type { HttpContext } from "../context.ts";
import { callerOf, userIdOf } from "../guard.ts";
import { sendEvents } from "../sse.ts";
import type { Server } from "../type-provider.ts";
import { RequestFaults } from "../validation.ts";
import { turnFrames } from "./chunk.ts";
import { faults, SessionId } from "./schemas.ts";

/** Characters that somebody may write. */
const longest = 10_000;

/** In front of the question in what the original's page composes of a plan; it grows with the plan, which nobody wrote. */
const composed = /^Original question: /m;

/** A message to a session, and its answer as a stream. The turn goes on when the client leaves. */
export function registerStream(surface: Server, context: HttpContext): void {
  const { host, turns } = context;

  surface.post(
    "/api/sessions/:id/chat/stream",
    {
      config: { access: "user", scopes: ["chat"], limit: "message", fault: "Session streaming failed" },
      schema: {
        summary: "Say something, and hear the answer",
        description:
          "Server-sent events with chunks of a chat completion, then `data: [DONE]`. A role in front of the message " +
          "(`[[ROLE:name]]`, its instructions, a line `---`) holds for this answer and is kept nowhere.",
        tags: ["sessions"],
        params: SessionId,
        body: Type.Object({
          message: Type.String({ minLength: 1 }),
          model: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        }),
        response: { 200: eventStream, ...faults },
      },
    },
    async (request, reply) => {
      const at = { userId: userIdOf(request), threadId: request.params.id };
      const { model } = request.body;
      const threads = await host.get("thread");
      const thread = await threads.getThread(at);
      const { text, instructions } = await taken(at.userId, request.body.message);
      checkLength(text);
      if (instructions) checkedInstructions(instructions);
      const content = text.trim();
      if (content === "") throw new SkeletonError("bad_input", "Missing message", { hint: "" });
      checkContent(content);
      const last = (await threads.getThreadMessages(at, { limit: 1 })).at(-1);
      const { turnId } = await turns.start({
        ...at,
        ...callerOf(request),
        ...(model !== undefined && { model }),
        ...(instructions && { instructions }),
        ...begin(content, last),
      });
      if (last === undefined) {
        const title = Array.from(content).slice(0, 60).join("");
        await threads.updateThread(at, { title, ...(thread.model === "" && model && { model }) });
      }
      const answer = {
        id: turnId,
        created: Math.floor(host.now().getTime() / 1000),
        model: model ?? thread.model,
      };
      const open = async (signal: AbortSignal) =>
        begun(await turns.read({ userId: at.userId, turnId }, undefined, signal));
      return sendEvents(context, request, reply, open, {
        frames: (_id, data) => turnFrames(answer, JSON.parse(data) as TurnEvent),
        comments: false,
      });
    },
  );

  /** A message without the role in front of it; the user's own roles tell where their instructions end. */
  async function taken(userId: string, message: string): Promise<Bare> {
    if (!hasRole(message)) return { text: message };
    const { roles } = await host.get("system_prompt");
    const known = ((await roles?.listRoles({ userId })) ?? []).map(
      ({ name, instructions }) => [name, instructions] as const,
    );
    return withoutRole(message, new Map(known));
  }
}

/** A message that was not answered and comes again is tried again, instead of standing there twice. */
function begin(content: string, last: ThreadMessage | undefined): Begin {
  return last?.role === "user" && last.content === content
    ? { kind: "regenerate", messageId: last.id }
    : { kind: "message", content };
}

type Begin =
  | Pick<Extract<TurnRequest, { readonly kind: "regenerate" }>, "kind" | "messageId">
  | Pick<Extract<TurnRequest, { readonly kind: "message" }>, "kind" | "content">;

function checkLength(message: string): void {
  if (message.length <= longest || composed.test(message)) return;
  const msg = `String should have at most ${longest} characters`;
  throw new RequestFaults([
    { type: "string_too_long", loc: ["body", "message"], msg, input: message.slice(0, 100) },
  ]);
}

/**
 * A turn from its first word on. Until then a client waits for a status: what fails before is an answer of its own.
 * @throws what the turn failed with.
 */
async function begun(batches: AsyncIterable<BusBatch>): Promise<AsyncIterable<BusBatch>> {
  const reading = batches[Symbol.asyncIterator]();
  const before: BusBatch[] = [];
  for (;;) {
    const { value, done } = await reading.next();
    if (done) break;
    before.push(value);
    const events = value.data.map((line: string) => JSON.parse(line) as TurnEvent);
    const failed = events.find(({ event }) => event === "error");
    if (failed?.event === "error" && !before.some(isSaying)) {
      await reading.return?.();
      throw thrown(failed.data);
    }
    if (isSaying(value)) break;
  }
  return (async function* () {
    yield* before;
    yield* { [Symbol.asyncIterator]: () => reading };
  })();
}

const saying = /^\{"event":"(message_tokens|thinking_tokens|plan_tokens|tool_call|tool_update|stream_end)"/;

const isSaying = ({ data }: BusBatch): boolean => data.some((line) => saying.test(line));

function thrown({
  message,
  code,
  upstream_status: status,
}: Extract<TurnEvent, { readonly event: "error" }>["data"]): Error {
  const details = status === undefined ? {} : { upstreamStatus: status };
  return Object.assign(new Error(message), { code: code ?? codeOf(undefined), hint: "", details });
}
