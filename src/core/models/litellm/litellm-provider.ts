import { codeOf } from "../../../lib/errors.ts";
import { fetchJson } from "../openai/fetch-json.ts";
import { createOpenAIProvider, type OpenAIOptions } from "../openai/openai-provider.ts";
import type { Provider } from "../provider.ts";
import { broken } from "../upstream-error.ts";
import { type KnownModel, modelsInInfo } from "./model-info.ts";
import { behindWildcards, offered, withKnown } from "./model-lists.ts";
import { costOf } from "./price.ts";

/**
 * A LiteLLM proxy: the chat completions API, a list that tells of sizes, kinds and prices, and headers by which it books
 * what an answer was for (https://docs.litellm.ai/docs/proxy/request_headers).
 */
export function createLiteLLMProvider(
  options: Omit<OpenAIOptions, "headersFor" | "costOf"> & {
    /** Tell it for which user an answer is. */
    readonly sendUser: boolean;
    /** What its spending is booked under. */
    readonly tags: readonly string[];
  },
): Provider {
  const { endpoint, listTimeoutMs, now, sendUser, tags } = options;
  /** Of the last good answer: it holds on while there is only the plain list. */
  let known: ReadonlyMap<string, KnownModel> = new Map();
  let remark: string | undefined;
  const tagged = tags.length === 0 ? {} : { "x-litellm-tags": tags.join(",") };

  const openai = createOpenAIProvider({
    ...options,
    headersFor: ({ userId }) => ({
      ...tagged,
      ...(sendUser && userId !== undefined && { "x-litellm-end-user-id": headerText(userId) }),
    }),
    costOf(model, tokens, headers) {
      // In a stream this header was written before anything was counted.
      const whole = String(headers["content-type"]).includes("application/json");
      const told = whole ? Number(headers["x-litellm-response-cost"] ?? Number.NaN) : Number.NaN;
      if (told >= 0 && told < Number.POSITIVE_INFINITY) return told;
      const price = known.get(model)?.price;
      return price && costOf(price, tokens);
    },
  });

  /** @throws `upstream_…` */
  async function fetchInfo(signal: AbortSignal): Promise<readonly KnownModel[]> {
    const answer = await fetchJson(endpoint, "/model/info", { timeoutMs: listTimeoutMs, now }, signal);
    const models = modelsInInfo(answer);
    if (models === undefined) throw broken(endpoint.name, "to /v1/model/info tells of no models");
    known = new Map(models.map((model) => [model.id, model]));
    return models;
  }

  return {
    ...openai,
    remark: () => remark,
    async listModels(signal) {
      if (options.models !== undefined) return openai.listModels(signal);
      let info: readonly KnownModel[];
      try {
        info = await fetchInfo(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (codeOf(error) === "upstream_unreachable") throw error; // nor would it answer anything else
        const models = withKnown(await openai.listModels(signal), known);
        remark = `sizes, prices and kinds of models are not known: ${messageOf(error)}`;
        return models;
      }
      remark = undefined;
      const wildcards = info.filter(({ wildcard }) => wildcard);
      if (wildcards.length === 0) return offered(info);
      try {
        return [...offered(info), ...behindWildcards(wildcards, await openai.listModels(signal), known)];
      } catch (error) {
        signal.throwIfAborted();
        const names = wildcards.map(({ id }) => id).join(", ");
        remark = `what stands behind ${names} is not known: ${messageOf(error)}`;
        return offered(info);
      }
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A name as a header can hold it: what is not plain ASCII is percent-encoded. */
const headerText = (name: string): string =>
  /^[!-~]+$/.test(name) ? name : encodeURIComponent(name.toWellFormed());
