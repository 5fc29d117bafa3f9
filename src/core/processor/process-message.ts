import { codeOf } from "../../lib/errors.ts";
import type { ContextMessage } from "../../protocols/context.ts";
import type { MessageProcessor, Turn } from "../../protocols/message-processor.ts";
import type { ChatMessage } from "../../protocols/model.ts";
import type { CorePlugin, Host } from "../../protocols/plugin.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import { fitContext } from "./fit-context.ts";
import { budgetFor } from "./model-window.ts";
import { tellAnswer } from "./tell-answer.ts";
import { timeText } from "./time-text.ts";
import { turnEvents } from "./turn-events.ts";

/** The whole flow: the message into the context, the context into the model's window, the model's answer out. */
function processMessage(
  host: Host,
  timestamp: () => string,
  turn: Turn,
  signal: AbortSignal,
): AsyncGenerator<readonly TurnEvent[], void> {
  return tellAnswer({
    async prepare() {
      const model = await host.get("model");
      const [systemPrompt, said, budget] = await Promise.all([
        systemPromptOf(host, turn),
        contextOf(host, turn),
        budgetFor(model, turn.model, turn.settings),
      ]);
      const { messages, leftOut } = fitContext(said, systemPrompt, budget);
      const request = {
        model: turn.model,
        messages: withSystemPrompt(systemPrompt, inTurns(messages)),
        settings: turn.settings,
        userId: turn.userId,
      };
      return {
        before:
          leftOut === 0 ? [] : [{ event: "context", data: { left_out: leftOut, timestamp: timestamp() } }],
        ask: () => model.generate(request, signal),
      };
    },
    translate: (batch) => turnEvents(batch, turn.model, timestamp()),
    failed(error) {
      if (signal.aborted) return undefined;
      if (!codeOf(error).startsWith("upstream_") && codeOf(error) !== "model_not_found") throw error;
      host.log.warn({ err: error, turn: turn.turnId, model: turn.model }, "the model failed");
      return [{ event: "error", data: { ...reasonOf(error), timestamp: timestamp() } }];
    },
  });
}

/** Not every model goes on by itself when its own words stand last. */
const goOn: ContextMessage = {
  id: "go-on",
  role: "user",
  content:
    "Your last answer was cut short. Go on exactly where it breaks off, in the middle of a sentence if need be. " +
    "Repeat nothing, and do not comment on this.",
};

/** What the model is shown: everything on the branch down to the message to answer, and nothing below it. */
async function contextOf(host: Host, turn: Turn): Promise<readonly ContextMessage[]> {
  const context = await host.get("context");
  if (turn.message.role !== "user") return [...(await context.getContext(turn)), goOn];
  const { id, content } = turn.message;
  const isHeld = (message: ContextMessage) =>
    message.id === id && message.role === "user" && message.content === content;
  let messages = await context.getContext(turn);
  // A context that is derived from the history, as the default is, holds the message already.
  if (!messages.some(isHeld)) {
    await context.addMessage(turn, { role: "user", id, content });
    messages = await context.getContext(turn);
  }
  // When an older message is answered anew, the branch still holds the answers it had.
  const last = messages.findLastIndex((message) => message.id === id);
  return last === -1 ? messages : messages.slice(0, last + 1);
}

/** The prompt's text; none for an unknown key or an empty prompt, as `zero` is. */
async function systemPromptOf(host: Host, turn: Turn): Promise<string | undefined> {
  const prompts = await host.get("system_prompt");
  return (await prompts.getPrompt({ userId: turn.userId, key: turn.systemPrompt })) || undefined;
}

function withSystemPrompt(
  systemPrompt: string | undefined,
  messages: readonly ContextMessage[],
): readonly ChatMessage[] {
  const bare = messages.map(({ id: _id, ...message }) => message);
  return systemPrompt === undefined ? bare : [{ role: "system", content: systemPrompt }, ...bare];
}

/** An answer and the rest that was given later as one: many chat templates want the roles to alternate. */
function inTurns(messages: readonly ContextMessage[]): readonly ContextMessage[] {
  const said: ContextMessage[] = [];
  for (const message of messages) {
    const last = said.at(-1);
    if (message.role === "assistant" && last?.role === "assistant" && !last.tool_calls) {
      said[said.length - 1] = { ...message, id: last.id, content: last.content + message.content };
    } else said.push(message);
  }
  return said;
}

function reasonOf(error: unknown): { readonly message: string; readonly code: string } {
  const { message, hint } = error as { readonly message: string; readonly hint?: string };
  return { message: hint ? `${message} ${hint}` : message, code: codeOf(error) };
}

export const messageProcessorPlugin: CorePlugin<"message_processor"> = {
  role: "message_processor",
  name: "full-flow",
  create(host): MessageProcessor {
    const timestamp = timeText(host.now);
    return { processMessage: (turn, signal) => processMessage(host, timestamp, turn, signal) };
  },
};
