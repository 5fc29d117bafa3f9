import type { PreCall } from "../../protocols/function-plugin.ts";
import type { ChatMessage, ModelEvent } from "../../protocols/model.ts";
import { fitContext } from "./fit-context.ts";
import { modelInfo, windowOf } from "./model-window.ts";
import { bare, inTurns, presentable } from "./presentable.ts";
import type { Talk } from "./talk.ts";
import type { Prompt, TurnContext } from "./turn-context.ts";

type Asked = {
  /** Oldest messages that the model is not shown. */
  readonly leftOut: number;
  readonly batches: AsyncIterable<readonly ModelEvent[]>;
};

/**
 * Asks the model for one round: the context, fitted into its window, and the tools, if it knows how to use any.
 * @param call model, system prompt and tools as hooks left them.
 * @param said.last what is said to the model beneath everything else.
 * @param said.prompt what it is told in place of the user's message.
 */
export async function askModel(
  { host, turn, signal }: Talk,
  context: TurnContext,
  { model: id, systemPrompt, tools: offered }: Omit<PreCall, "message">,
  { last, prompt }: { readonly last?: ChatMessage; readonly prompt?: Prompt } = {},
): Promise<Asked> {
  const model = await host.get("model");
  const [said, info] = await Promise.all([context.shown(prompt), modelInfo(model, id)]);
  const tools = info?.tools === false ? [] : offered;
  const beside =
    (systemPrompt ?? "") + (last?.content ?? "") + (tools.length > 0 ? JSON.stringify(tools) : "");
  const { messages, leftOut } = fitContext(said, beside, windowOf(info, turn.settings));
  const system: readonly ChatMessage[] = systemPrompt ? [{ role: "system", content: systemPrompt }] : [];
  const shown = presentable(bare(inTurns(messages), context.isOwn));
  const request = {
    model: id,
    messages: [...system, ...shown, ...(last === undefined ? [] : [last])],
    ...(tools.length > 0 && { tools }),
    settings: turn.settings,
    userId: turn.userId,
    ...(turn.again && { fresh: turn.again }),
  };
  return { leftOut, batches: model.generate(request, signal) };
}
