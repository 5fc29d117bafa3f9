import type { IncomingMessage } from "node:http";
import type { ModelEvent } from "../../../protocols/model.ts";
import type { Provider, UpstreamTimeouts } from "../provider.ts";
import { broken, plainWords, refused } from "../upstream-error.ts";
import { createAnswerReader } from "./answer-reader.ts";
import { wordsInBody } from "./error-words.ts";
import { call, type Endpoint } from "./http-call.ts";
import { modelsIn } from "./model-list.ts";
import { readBatches } from "./read-batches.ts";
import { readBody } from "./read-body.ts";
import { retryAfter } from "./retry-after.ts";
import { wireRequest } from "./wire-request.ts";

/** An endpoint that speaks OpenAI's chat completions API. */
export function createOpenAIProvider(options: {
  readonly endpoint: Endpoint;
  readonly timeouts: UpstreamTimeouts;
  /** The whole time for a model list, in ms. */
  readonly listTimeoutMs: number;
  readonly prefix?: string;
  readonly guessed?: boolean;
  /** Its models, instead of asking for the list. */
  readonly models?: readonly string[] | undefined;
  readonly now: () => Date;
  readonly newId: () => string;
}): Provider {
  const { endpoint, timeouts, listTimeoutMs, now, newId } = options;
  const { name, secrets } = endpoint;

  async function refusal(response: IncomingMessage, signal: AbortSignal) {
    const limits = { provider: name, timeoutMs: listTimeoutMs, maxBytes: 65_536, cut: true, signal };
    const body = await readBody(response, limits).catch(() => ""); // the status alone says enough
    signal.throwIfAborted();
    const words = plainWords(wordsInBody(body), secrets);
    return refused(name, response.statusCode ?? 0, words, retryAfter(response.headers, now()));
  }

  return {
    name,
    prefix: options.prefix ?? "",
    guessed: options.guessed ?? false,
    async listModels(signal) {
      if (options.models !== undefined) return options.models.map((id) => ({ id }));
      const limits = { connectMs: listTimeoutMs, firstByteMs: listTimeoutMs };
      const response = await call(endpoint, { method: "GET", path: "/models" }, limits, signal);
      if (!isGood(response)) throw await refusal(response, signal);
      const maxBytes = 16 * 1024 * 1024;
      const body = await readBody(response, { provider: name, timeoutMs: listTimeoutMs, maxBytes, signal });
      const models = modelsIn(parsed(body));
      if (models === undefined) throw broken(name, "to a request for its models is not a list of models");
      return models;
    },
    async generate(request, signal) {
      const { label, ...asked } = request;
      const body = JSON.stringify(wireRequest(asked));
      const startedAt = performance.now();
      const response = await call(
        endpoint,
        { method: "POST", path: "/chat/completions", body },
        timeouts,
        signal,
      );
      if (!isGood(response)) throw await refusal(response, signal);
      const firstByteMs = Math.max(1, timeouts.firstByteMs - (performance.now() - startedAt));
      const reader = createAnswerReader({ model: label, provider: name, secrets, newId });
      const type = response.headers["content-type"] ?? "";
      if (type.includes("text/html")) {
        response.destroy();
        throw broken(name, "is an HTML page; its base_url probably lacks /v1");
      }
      if (!type.includes("application/json")) {
        const limits = { firstByteMs, idleMs: timeouts.idleMs, provider: name, signal };
        return readBatches(response, reader, limits);
      }
      // a server that cannot stream answers with the whole message
      const limits = { provider: name, timeoutMs: timeouts.firstByteMs, maxBytes: 4 * 1024 * 1024, signal };
      const batch: ModelEvent[] = [];
      reader.whole(parsed(await readBody(response, limits)), batch);
      return justThis(batch);
    },
    shutdown: () => endpoint.agent.destroy(),
  };
}

const isGood = ({ statusCode = 0 }: IncomingMessage) => statusCode >= 200 && statusCode < 300;

async function* justThis(batch: readonly ModelEvent[]) {
  yield batch;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // no list and no message either: the caller says so
  }
}
