import type { ModelEvent } from "../../../protocols/model.ts";
import type { Provider, ProviderRequest, UpstreamTimeouts } from "../provider.ts";
import { broken } from "../upstream-error.ts";
import { createAnswerReader } from "./answer-reader.ts";
import type { CountedTokens } from "./counted-tokens.ts";
import { fetchJson, isGood, parsed, refusal } from "./fetch-json.ts";
import { call, type Endpoint } from "./http-call.ts";
import { modelsIn } from "./model-list.ts";
import { readBatches } from "./read-batches.ts";
import { readBody } from "./read-body.ts";
import { wireRequest } from "./wire-request.ts";

export type OpenAIOptions = {
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
  /** Headers of a request for an answer, on top of the endpoint's. */
  readonly headersFor?: (request: ProviderRequest) => Readonly<Record<string, string>>;
  /** What an answer costs in US dollars, where it does not say itself. `model` is the provider's own name. */
  readonly costOf?: (
    model: string,
    tokens: CountedTokens,
    headers: Readonly<Record<string, unknown>>,
  ) => number | undefined;
};

/** An endpoint that speaks OpenAI's chat completions API. */
export function createOpenAIProvider(options: OpenAIOptions): Provider {
  const { endpoint, timeouts, listTimeoutMs, now, newId, costOf } = options;
  const { name, secrets } = endpoint;
  const patience = { timeoutMs: listTimeoutMs, now };

  return {
    name,
    prefix: options.prefix ?? "",
    guessed: options.guessed ?? false,
    address: endpoint.address,
    async listModels(signal) {
      if (options.models !== undefined) return options.models.map((id) => ({ id }));
      const models = modelsIn(await fetchJson(endpoint, "/models", patience, signal));
      if (models === undefined) throw broken(name, "to a request for its models is not a list of models");
      return models;
    },
    async generate(request, signal) {
      const { label, ...asked } = request;
      const body = JSON.stringify(wireRequest(asked));
      const headers = options.headersFor?.(request) ?? {};
      const startedAt = performance.now();
      const response = await call(
        endpoint,
        { method: "POST", path: "/chat/completions", body, headers },
        timeouts,
        signal,
      );
      if (!isGood(response)) throw await refusal(endpoint, response, patience, signal);
      const firstByteMs = Math.max(1, timeouts.firstByteMs - (performance.now() - startedAt));
      const { model } = asked; // not the whole request, which is as long as the thread
      const told = response.headers;
      const reader = createAnswerReader({
        model: label,
        provider: name,
        secrets,
        newId,
        ...(costOf !== undefined && { costOf: (tokens: CountedTokens) => costOf(model, tokens, told) }),
      });
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

async function* justThis(batch: readonly ModelEvent[]) {
  yield batch;
}
