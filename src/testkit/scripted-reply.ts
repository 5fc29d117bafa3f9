/** A piece of an answer by the scripted upstream. Steps are played in order, each written at once. */
export type ScriptedStep =
  /** One event a token. `pace` is awaited before each: hand in gates or timers. */
  | {
      readonly tokens: readonly string[];
      readonly as?: "content" | "reasoning_content" | "reasoning";
      readonly pace?: (index: number) => Promise<unknown> | undefined;
    }
  /** A delta as it is. */
  | { readonly delta: Readonly<Record<string, unknown>> }
  /** Pieces of tool calls, one event each. */
  | { readonly toolCalls: readonly ScriptedToolCall[] }
  | { readonly finish: string }
  | { readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number } }
  /** Any object as the data of an event, for example `{ error: { message: "overloaded" } }`. */
  | { readonly event: Readonly<Record<string, unknown>> }
  /** These very characters or bytes, no framing added. */
  | { readonly raw: string | Uint8Array }
  /** Nothing more until this resolves. */
  | { readonly wait: Promise<unknown> }
  /** Nothing more, ever; the connection stays open. */
  | { readonly stall: true }
  /** The socket is destroyed. */
  | { readonly breakOff: true }
  /** `data: [DONE]`. */
  | { readonly done: true };

export type ScriptedToolCall = {
  readonly index?: number;
  readonly id?: string;
  readonly name?: string;
  readonly arguments?: string;
};

/** An answer to one request. Absent: status 200. */
export type ScriptedReply = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole body instead of steps: an object goes as JSON, a string as it is. */
  readonly body?: string | Readonly<Record<string, unknown>>;
  readonly steps?: readonly ScriptedStep[];
  /** Nothing is sent, not even a status, until this resolves; `true`: never. */
  readonly stall?: true | Promise<unknown>;
  /** The socket is destroyed before anything is sent. */
  readonly hangUp?: true;
  /** End of line; default `\n`. */
  readonly lineEnd?: "\n" | "\r\n" | "\r";
  /** Cut into network writes of so many bytes, wherever that falls, be it inside a character. */
  readonly cutBytes?: number;
};

/** The steps of a good answer: the text a word a token, the finish reason, usage, `[DONE]`. */
export function answerSteps(
  text: string,
  options: { readonly reasoning?: string; readonly pace?: (index: number) => Promise<unknown> } = {},
): readonly ScriptedStep[] {
  const pace = options.pace === undefined ? {} : { pace: options.pace };
  const words = text.split(/(?<= )/);
  const reasoning = options.reasoning?.split(/(?<= )/) ?? [];
  return [
    { delta: { role: "assistant", content: "" } },
    ...(reasoning.length > 0 ? [{ tokens: reasoning, as: "reasoning_content" as const, ...pace }] : []),
    { tokens: words, ...pace },
    { finish: "stop" },
    { usage: { prompt_tokens: 7, completion_tokens: words.length + reasoning.length } },
    { done: true },
  ];
}

/** A good answer. */
export const answer = (text: string, options?: Parameters<typeof answerSteps>[1]): ScriptedReply => ({
  steps: answerSteps(text, options),
});

/** An error as the API words it. */
export const refusal = (
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ScriptedReply => ({ status, headers, body: { error: { message, type: "scripted_error" } } });

/** The objects that a step sends as events; `undefined` for a step that is no event. */
export function eventsOf(step: ScriptedStep, model: string): readonly unknown[] | undefined {
  const choice = (delta: unknown, finish: string | null = null) => ({
    id: "chatcmpl-scripted",
    object: "chat.completion.chunk",
    created: 0,
    model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  if ("tokens" in step) return step.tokens.map((token) => choice({ [step.as ?? "content"]: token }));
  if ("delta" in step) return [choice(step.delta)];
  if ("toolCalls" in step) return step.toolCalls.map((call) => choice({ tool_calls: [wireCall(call)] }));
  if ("finish" in step) return [choice({}, step.finish)];
  if ("usage" in step) {
    const total = step.usage.prompt_tokens + step.usage.completion_tokens;
    return [{ ...choice({}), choices: [], usage: { ...step.usage, total_tokens: total } }];
  }
  if ("event" in step) return [step.event];
  return undefined;
}

function wireCall({ index, id, name, arguments: text }: ScriptedToolCall): unknown {
  const called = { ...(name !== undefined && { name }), ...(text !== undefined && { arguments: text }) };
  return {
    ...(index !== undefined && { index }),
    ...(id !== undefined && { id, type: "function" }),
    ...(Object.keys(called).length > 0 && { function: called }),
  };
}

/** The same steps as one answer without streaming. */
export function wholeAnswer(steps: readonly ScriptedStep[], model: string): Record<string, unknown> {
  const said = (as: string) =>
    steps.flatMap((step) => ("tokens" in step && (step.as ?? "content") === as ? step.tokens : [])).join("");
  const finish = steps.find((step) => "finish" in step)?.finish ?? "stop";
  const usage = steps.find((step) => "usage" in step)?.usage;
  const calls = steps.flatMap((step) => ("toolCalls" in step ? step.toolCalls : [])).map(wireCall);
  return {
    id: "chatcmpl-scripted",
    object: "chat.completion",
    created: 0,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: said("content"),
          ...(said("reasoning_content") !== "" && { reasoning_content: said("reasoning_content") }),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        finish_reason: finish,
      },
    ],
    ...(usage !== undefined && { usage }),
  };
}
