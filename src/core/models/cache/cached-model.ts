import type { Model, ModelRequest } from "../../../protocols/model.ts";
import type { Host } from "../../../protocols/plugin.ts";
import { answerKey } from "./answer-key.ts";
import { hearAnswer, readAnswer } from "./heard-answer.ts";
import type { Batch, KeptAnswers } from "./kept-answers.ts";

type Options = {
  readonly model: Model;
  readonly answers: KeptAnswers;
  /** Whether one's answer is everybody's who asks the same. */
  readonly shared: boolean;
  /** Whose answers are kept; none: those of all models. */
  readonly only: readonly string[];
  /** Settings that are put beneath those of a request to this model. */
  readonly defaults: (model: string) => unknown;
  readonly host: Pick<Host, "background">;
};

/**
 * A model that gives the same answer to the same question: the same model, messages, tools and settings, to the letter.
 * What was kept comes as the events that it came in, at once, and its usage says `cached`. Kept is what came to its own
 * end without calling a tool, once all of it was said.
 */
export function cachedModel({ model, answers, shared, only, defaults, host }: Options): Model {
  /** `undefined` where nothing is kept: nobody could say whose it is, or this model is not among those. */
  function keyOf(request: ModelRequest): string | undefined {
    if (only.length > 0 && !only.includes(request.model)) return undefined;
    if (shared) return answerKey(request, null, defaults(request.model));
    if (request.userId === undefined) return undefined;
    return answerKey(request, request.userId, defaults(request.model));
  }

  async function* ask(request: ModelRequest, key: string, signal: AbortSignal): AsyncGenerator<Batch, void> {
    const heard = hearAnswer(request.model);
    for await (const batch of model.generate(request, signal)) {
      heard.hear(batch);
      yield batch;
    }
    const whole = signal.aborted ? undefined : heard.whole();
    if (whole !== undefined) host.background("keeping an answer", () => answers.set(key, whole));
  }

  async function* answer(
    { request, anew }: Asked,
    key: string,
    signal: AbortSignal,
  ): AsyncGenerator<Batch, void> {
    signal.throwIfAborted();
    const known = anew ? undefined : readAnswer(await answers.get(key));
    signal.throwIfAborted();
    if (known === undefined) return yield* ask(request, key, signal);
    for (const batch of known) {
      yield batch;
      await new Promise((resolve) => setImmediate(resolve)); // whoever else waits has a turn
      signal.throwIfAborted();
    }
  }

  return {
    ...model,
    generate(whole, signal) {
      const asked = withoutOurs(whole);
      const key = keyOf(asked.request);
      return key === undefined ? model.generate(asked.request, signal) : answer(asked, key, signal);
    },
    async shutdown() {
      answers.close();
      await model.shutdown?.();
    },
  };
}

type Asked = {
  readonly request: ModelRequest;
  /** What was kept will not do. */
  readonly anew: boolean;
};

/** A model knows nothing of `cache: false`, which asks for an answer that was not given before, as `fresh` does. */
function withoutOurs(request: ModelRequest): Asked {
  if (request.settings?.cache !== false) return { request, anew: request.fresh === true };
  const { cache: _ours, ...settings } = request.settings;
  return { request: { ...request, settings }, anew: true };
}
