import Type from "typebox";
import { Value } from "typebox/value";
import { given } from "../../lib/given.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import { emptyTurn, foldTurn, type TurnView } from "../../turns/fold-turn.ts";
import { checkContent } from "../check-content.ts";
import { closed } from "../skeleton/schemas.ts";
import { RpcError, rpcCodes } from "./rpc.ts";
import type { Caller, CallResult, Work } from "./work.ts";

const Arguments = Type.Object(
  {
    message: Type.String({ description: "What to say." }),
    model: Type.Optional(
      Type.String({
        ...{ minLength: 1, maxLength: 200 },
        description: "Absent: the thread's own, of a new thread the default.",
      }),
    ),
    thread_id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "A thread to go on with; absent: a new one.",
      }),
    ),
    system_prompt: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1000, description: "Key of a system prompt." }),
    ),
  },
  closed,
);

/** As `tools/list` tells it. */
export const askTool = {
  name: "ask",
  description:
    "Says something to a model of this Skeleton and returns its answer. The thread is kept; name it to go on with it.",
  inputSchema: Arguments,
  outputSchema: Type.Object({ text: Type.String(), thread_id: Type.String() }),
  annotations: { readOnlyHint: false, idempotentHint: false, destructiveHint: false, openWorldHint: true },
} as const;

/**
 * A turn like any other, waited for. It is stopped when the call is cancelled; when the client merely goes, it goes on,
 * and its answer is in the thread.
 * @throws RpcError for bad arguments; `rate_limited`; what `turns.start` throws.
 */
export async function* ask(caller: Caller, args: unknown): Work {
  const { host, turns, userId, keyId, cancelled, gone } = caller;
  if (!Value.Check(Arguments, args)) {
    const [fault] = Value.Errors(Arguments, args);
    const place = fault?.instancePath.slice(1) || "The arguments";
    throw new RpcError(rpcCodes.invalidParams, `${place} ${fault?.message ?? "cannot be used"}.`);
  }
  await caller.count("message");
  const { message: content, model, thread_id, system_prompt: systemPrompt } = args;
  checkContent(content);
  const { threadId, turnId } = await turns.start({
    ...{ kind: "message", userId, content },
    ...given({ keyId, model, threadId: thread_id, systemPrompt }),
  });
  const stop = () => host.background("stop a cancelled turn", () => turns.stop({ userId, turnId }));
  cancelled.addEventListener("abort", stop, { once: true });
  if (cancelled.aborted) stop();
  let view = emptyTurn;
  for await (const { data } of await turns.read({ userId, turnId }, undefined, gone)) {
    const events = data.map((line) => JSON.parse(line) as TurnEvent);
    view = foldTurn(events, view);
    const said = events.map(heard).join("");
    if (said !== "") yield said;
  }
  return resultOf(view, threadId);
}

function heard({ event, data }: TurnEvent): string {
  if (event === "message_tokens") return data.content;
  return event === "tool_update" ? `${data.content}\n` : "";
}

function resultOf(view: TurnView, threadId: string): CallResult {
  const answers = view.segments.filter(({ role }) => role === "assistant");
  const text = answers.map(({ content }) => content).join("\n\n");
  const trouble =
    view.state === "done" ? undefined : (view.error ?? "The answer was cut short; what it had said is kept.");
  const texts = [text, trouble ?? "", `thread_id: ${threadId}`].filter((part) => part !== "");
  return {
    content: texts.map((part) => ({ type: "text", text: part })),
    structuredContent: { text, thread_id: threadId },
    ...(trouble !== undefined && { isError: true }),
  };
}
