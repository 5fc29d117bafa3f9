import { createParser, type ParseError } from "eventsource-parser";
import { isObject } from "../../../lib/is-object.ts";
import type { ModelEvent, Usage } from "../../../protocols/model.ts";
import { createThinkSplitter } from "../think-splitter.ts";
import { broken, plainWords, refusedInside } from "../upstream-error.ts";
import { type ChunkTemplate, readTokens, templateOf } from "./chunk-template.ts";
import { type CountedTokens, countedTokens } from "./counted-tokens.ts";
import { errorIn } from "./error-words.ts";
import { createToolCallPieces } from "./tool-call-pieces.ts";

/**
 * Reads a streamed answer as it comes. Knows nothing of sockets and time. Asked at every token, so it has no getters: in
 * V8 they make an object literal a dictionary, slow to look into.
 */
export type AnswerReader = {
  /**
   * Reads the next characters; what they say is appended to `out`.
   * @throws `upstream_refused`, `upstream_broken`; what `out` got before stays true.
   */
  feed(text: string, out: ModelEvent[]): void;
  /** Reads an answer that came whole, without streaming. Ends it. @throws like `feed`. */
  whole(answer: unknown, out: ModelEvent[]): void;
  /** The upstream has said that it is done. */
  done(): boolean;
  /** The upstream has said why it stopped: what may still come is usage. */
  finished(): boolean;
  /** No more will come: appends tool calls, usage and the finish. @throws `upstream_broken` when it was cut short. */
  end(out: ModelEvent[]): void;
};

export type AnswerOptions = {
  /** The model's name in events. */
  readonly model: string;
  /** The provider's name in errors. */
  readonly provider: string;
  /** What must never be in a message. */
  readonly secrets: readonly string[];
  readonly newId: () => string;
  /** Characters of one event, and of all tool calls together; default 4 Mi. */
  readonly maxChars?: number;
  /** What these tokens cost in US dollars, where the answer does not say; `undefined` when nobody knows. */
  readonly costOf?: (tokens: CountedTokens) => number | undefined;
};

type WireDelta = {
  readonly content?: unknown;
  readonly refusal?: unknown;
  readonly reasoning?: unknown;
  readonly reasoning_content?: unknown;
  readonly tool_calls?: unknown;
};
type WireChoice = {
  readonly index?: unknown;
  readonly delta?: WireDelta | null;
  readonly finish_reason?: unknown;
};
type WireChunk = { readonly choices?: readonly (WireChoice | null)[]; readonly usage?: unknown };

export function createAnswerReader({
  model,
  provider,
  secrets,
  newId,
  maxChars = 4 * 1024 * 1024,
  costOf,
}: AnswerOptions): AnswerReader {
  const calls = createToolCallPieces();
  let events: ModelEvent[] = [];
  let usage: Usage | undefined;
  let cost: number | undefined;
  let finish: string | undefined;
  let done = false;
  let seen = false;
  let template: ChunkTemplate | undefined;
  /** A server that puts something new into every chunk is not worth trying for long. */
  let templateTries = 12;
  /** The text that is being parsed. */
  let parsing = "";
  /** Whether the next character begins an event. */
  let between = false;

  const splitter = createThinkSplitter((kind, content) => {
    events.push({ event: kind === "text" ? "message_tokens" : "thinking_tokens", data: { content, model } });
  });
  const parser = createParser({ maxBufferSize: maxChars, onEvent: read, onError: misread });

  const token = (content: string) => {
    if (template !== undefined) events.push({ event: template.event, data: { content, model } });
  };
  /** Reads what looks as before. @returns where something else begins. */
  function skim(text: string, at: number): number {
    return template === undefined || done || !splitter.settled() ? at : readTokens(template, text, at, token);
  }
  /** Parses to the end of an event, or of the text. @returns where that is. */
  function parseOne(text: string, at: number): number {
    const separator = template?.separator;
    const found = separator === undefined ? -1 : text.indexOf(separator, at);
    const end = separator === undefined || found === -1 ? text.length : found + separator.length;
    if (at === end) return end;
    parsing = text.slice(at, end);
    parser.feed(parsing);
    between = template !== undefined && parsing.endsWith(template.separator);
    return end;
  }

  function read(message: { readonly data: string; readonly event?: string | undefined }): void {
    if (done) return;
    if (message.data === "[DONE]" || message.data.trim() === "[DONE]") {
      done = true;
      return;
    }
    let chunk: unknown;
    try {
      chunk = JSON.parse(message.data);
    } catch (cause) {
      if (message.event === "error") throw refusedInside(provider, undefined, { words: plain(message.data) });
      throw broken(provider, `is not JSON: ${plain(message.data.slice(0, 80))}`, { cause });
    }
    if (!isObject(chunk)) throw broken(provider, "is not what the chat completions API sends");
    const error = errorIn(chunk, message.event === "error");
    if (error !== undefined)
      throw refusedInside(provider, error.status, { ...error, words: plain(error.words) });
    const before = { events: events.length, calls: calls.size(), settled: splitter.settled() };
    readChunk(chunk as WireChunk);
    const said = events[before.events];
    const onlyThat =
      events.length === before.events + 1 && calls.size() === before.calls && !isObject(chunk.usage);
    if (said === undefined || !onlyThat || !before.settled || finish !== undefined || templateTries === 0)
      return;
    templateTries--;
    template = templateOf(parsing, message.data, said) ?? template;
  }

  function readChunk(chunk: WireChunk): void {
    seen = true;
    const counted = usageOf(chunk.usage);
    if (counted !== undefined) {
      usage = counted;
      cost = counted.cost ?? costOf?.(countedTokens(chunk.usage));
    }
    const choice = Array.isArray(chunk.choices) ? chunk.choices[0] : undefined;
    if (!isObject(choice) || (typeof choice.index === "number" && choice.index !== 0)) return;
    if (isObject(choice.delta)) readDelta(choice.delta);
    if (typeof choice.finish_reason === "string" && choice.finish_reason !== "")
      finish = choice.finish_reason;
  }

  function readDelta(delta: WireDelta): void {
    const reasoning = textOf(delta.reasoning) || textOf(delta.reasoning_content);
    if (reasoning !== "") events.push({ event: "thinking_tokens", data: { content: reasoning, model } });
    if (Array.isArray(delta.tool_calls)) {
      for (const piece of delta.tool_calls) calls.add(piece);
      if (calls.size() > maxChars) throw tooLong("tool calls");
    }
    const { content } = delta;
    if (typeof content === "string") {
      if (content === "") return;
      if (splitter.settled()) events.push({ event: "message_tokens", data: { content, model } });
      else splitter.push(content);
    } else if (Array.isArray(content)) readParts(content);
    if (textOf(delta.refusal) !== "") splitter.push(textOf(delta.refusal));
  }

  /** Mistral's reasoning models send content as parts, reasoning among them. */
  function readParts(parts: readonly unknown[]): void {
    for (const part of parts) {
      if (!isObject(part)) continue;
      if (part.type === "text") splitter.push(textOf(part.text));
      if (part.type !== "thinking" || !Array.isArray(part.thinking)) continue;
      const content = part.thinking.map((piece) => (isObject(piece) ? textOf(piece.text) : "")).join("");
      if (content !== "") events.push({ event: "thinking_tokens", data: { content, model } });
    }
  }

  function misread(error: ParseError): void {
    if (error.type === "max-buffer-size-exceeded") throw tooLong("one event");
    // llama-server says what went wrong in a field of its own: `error: {"code":500,"message":"…"}`
    if (error.type === "unknown-field" && error.field === "error") {
      throw refusedInside(provider, undefined, { words: plain(error.value ?? "") });
    }
  }

  const tooLong = (what: string) =>
    broken(provider, `is too long: more than ${maxChars} characters in ${what}`);
  const plain = (words: string) => plainWords(words, secrets);

  function end(out: ModelEvent[]): void {
    events = out;
    splitter.end();
    if (!done && finish === undefined) {
      const what = seen ? "ended before it was complete" : "held nothing that can be read";
      throw broken(provider, what, { retriable: seen });
    }
    for (const call of calls.complete(newId)) out.push({ event: "tool_call", data: call });
    if (usage !== undefined) {
      out.push({ event: "usage", data: cost === undefined ? usage : { ...usage, cost } });
    }
    out.push({ event: "finish", data: { reason: finish ?? "unknown", model } });
  }

  return {
    feed(text, out) {
      events = out;
      for (let at = 0; at < text.length; ) {
        if (between) at = skim(text, at);
        at = parseOne(text, at);
      }
    },
    whole(answer, out) {
      events = out;
      if (!isObject(answer)) throw broken(provider, "is not what the chat completions API sends");
      const error = errorIn(answer, false);
      if (error !== undefined)
        throw refusedInside(provider, error.status, { ...error, words: plain(error.words) });
      const choice: unknown = Array.isArray(answer.choices) ? answer.choices[0] : undefined;
      if (!isObject(choice)) throw broken(provider, "holds no message");
      readChunk({ ...answer, choices: [{ ...choice, index: 0, delta: choice.message as WireDelta }] });
      done = true;
      end(out);
    },
    done: () => done,
    finished: () => finish !== undefined,
    end,
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function usageOf(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const usage: Record<string, number> = {};
  for (const key of ["prompt_tokens", "completion_tokens", "total_tokens", "cost"] as const) {
    const count = value[key];
    if (typeof count === "number" && Number.isFinite(count) && count >= 0) usage[key] = count;
  }
  return Object.keys(usage).length === 0 ? undefined : usage;
}
