import type * as LlamaCpp from "node-llama-cpp";
import type { ChatMessage } from "../../../../protocols/model.ts";
import { chatHistory } from "./chat-history.ts";
import { fitHistory } from "./fit-history.ts";
import { functionsOf } from "./functions.ts";
import { grammarFor } from "./grammar.ts";
import type { LoadedModel } from "./load-model.ts";
import type { Ask, Counted, Generation, Piece } from "./messages.ts";

export type Answered = { readonly reason: string; readonly counted: Counted; readonly leftOut: number };

type Tools = {
  readonly lib: typeof LlamaCpp;
  readonly llama: LlamaCpp.Llama;
  /** What is said, as it is said. */
  readonly say: (piece: Piece) => void;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
};

/** Added to the logits of the tokens of an end that a reply has to have, as Llamalith did. */
const endingBias = 8;

/** Lets a model answer. @throws `Failed`; the signal's reason, within one token of its abort. */
export async function answer(
  { model, chatWrapper, contextSize, slots }: LoadedModel,
  { messages, tools, generation }: Ask,
  { lib, llama, say, warn, signal }: Tools,
): Promise<Answered> {
  const grammar = await grammarFor(llama, generation, warn);
  const functions = tools.length > 0 && grammar === undefined ? functionsOf(tools) : undefined;
  const ending = grammar === undefined ? generation.ending : undefined;
  const stop = ending !== undefined ? [ending.token] : grammar === undefined ? generation.stop : [];
  const options = {
    ...sampling(generation),
    ...biases(),
    signal,
    ...(stop.length > 0 && { customStopTriggers: stop }),
    budgets: { thoughtTokens: Number.POSITIVE_INFINITY, commentTokens: Number.POSITIVE_INFINITY },
  };
  const counted = { prompt: 0, completion: 0, reused: 0 };
  let text = "";

  const first = await speak(messages, generation.max_tokens);
  let { reason } = first;
  let ended = first.ended || (ending !== undefined && text.includes(ending.token));
  if (ending !== undefined) {
    for (let left = ending.continues; left > 0 && !ended; left -= 1) {
      const wanted = Math.max(256, Math.floor(first.limit * 0.6));
      tell("text", "\n\n");
      const before = text.length;
      const more = await speak([...messages, ...goOn(text.trimEnd(), ending.token)], wanted);
      reason = more.reason;
      ended = more.ended || text.slice(before).includes(ending.token);
    }
    if (!text.includes(ending.token)) tell("text", `${text.endsWith("\n") ? "" : "\n"}${ending.token}`);
    reason = "stop"; // it ends as it has to
  }
  return { reason, counted, leftOut: first.leftOut };

  /** One call of the model. `ended`: it came to the end token. */
  async function speak(asked: readonly ChatMessage[], wanted: number | undefined) {
    const tokensOf = (shown: readonly ChatMessage[]) =>
      chatWrapper
        .generateContextState({
          chatHistory: [...chatHistory(shown), { type: "model", response: [] }],
          ...(functions && { availableFunctions: functions, documentFunctionParams: true }),
        })
        .contextText.tokenize(model.tokenizer);
    const fitted = fitHistory(asked, (shown) => tokensOf(shown).length, {
      size: contextSize,
      margin: generation.margin,
      ...(wanted !== undefined && { wanted }),
    });
    const limit = Math.max(1, Math.min(wanted ?? fitted.room, fitted.room));
    const lease = await slots.take(tokensOf(fitted.messages), signal);
    try {
      counted.prompt += fitted.prompt;
      counted.reused += lease.reused;
      const { metadata, functionCalls = [] } = await lease.chat.generateResponse(
        chatHistory(fitted.messages),
        {
          ...options,
          maxTokens: limit,
          onResponseChunk({ type, segmentType, text: piece, tokens }) {
            counted.completion += tokens.length;
            if (piece !== "")
              tell(type === "segment" && segmentType === "thought" ? "thinking" : "text", piece);
          },
          ...(functions
            ? { functions, documentFunctionParams: true }
            : grammar !== undefined
              ? { grammar }
              : {}),
        },
      );
      for (const {
        functionName,
        params,
      } of functionCalls as readonly LlamaCpp.LlamaChatResponseFunctionCall<LlamaCpp.ChatModelFunctions>[]) {
        say({ kind: "call", name: functionName, arguments: JSON.stringify(params ?? {}) });
      }
      return {
        reason: reasons[metadata.stopReason],
        ended: ending !== undefined && metadata.stopReason === "customStopTrigger",
        leftOut: fitted.leftOut,
        limit,
      };
    } finally {
      lease.release();
    }
  }

  function tell(kind: "text" | "thinking", piece: string): void {
    if (kind === "text") text += piece;
    say({ kind, text: piece });
  }

  function biases() {
    const { eos_bias: endOfText } = generation;
    if (ending === undefined && endOfText === undefined) return {};
    const bias = lib.TokenBias.for(model);
    if (ending !== undefined)
      for (const token of new Set(model.tokenize(ending.token, false)))
        bias.set(token, { logit: endingBias });
    const { eos } = model.tokens;
    if (endOfText !== undefined && eos !== null) bias.set(eos, { logit: endOfText });
    return { tokenBias: bias };
  }
}

const reasons = {
  eogToken: "stop",
  stopGenerationTrigger: "stop",
  customStopTrigger: "stop",
  maxTokens: "length",
  functionCalls: "tool_calls",
  abort: "stop",
} as const;

/** Asks for the rest of a text that did not come to its end. */
const goOn = (text: string, endToken: string): readonly ChatMessage[] => [
  { role: "assistant", content: text },
  {
    role: "user",
    content:
      "Continue the scene from where it broke off. Do not start over and do not repeat anything. " +
      `When it is complete, write ${endToken} on a line of its own.`,
  },
];

function sampling(generation: Generation) {
  const { temperature, top_p, top_k, min_p, seed, repeat_penalty, presence_penalty, frequency_penalty } =
    generation;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { topP: top_p }),
    ...(top_k !== undefined && { topK: top_k }),
    ...(min_p !== undefined && { minP: min_p }),
    ...(seed !== undefined && { seed }),
    repeatPenalty: {
      ...(repeat_penalty !== undefined && { penalty: repeat_penalty }),
      ...(presence_penalty !== undefined && { presencePenalty: presence_penalty }),
      ...(frequency_penalty !== undefined && { frequencyPenalty: frequency_penalty }),
    },
  };
}
