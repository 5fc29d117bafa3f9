import type { FunctionPlugin, HookPlace, PreCall } from "../../protocols/function-plugin.ts";
import type { ChatMessage, ModelEvent } from "../../protocols/model.ts";
import { checkAnswer, checkBatch, checkPreCall } from "./check-hook.ts";
import { runHook } from "./run-hook.ts";
import type { Talk } from "./talk.ts";
import type { Steps } from "./tell-steps.ts";

type Answer = Extract<ChatMessage, { role: "assistant" }>;
type Batch = readonly ModelEvent[];

/** All functions' hooks as one; what nobody has costs nothing. */
export type Hooks = {
  /** For a message that is about to enter the context. */
  preCall(call: PreCall): Steps<PreCall>;
  /** For a batch of the model's; absent when no function has it. */
  readonly filterStream?: (batch: Batch) => Steps<Batch>;
  /** For what the model said in a round. */
  postCall(answer: Answer): Steps<Answer>;
};

/** @param functions in the order in which `preCall` runs. */
export function openHooks(talk: Talk, functions: readonly FunctionPlugin[]): Hooks {
  const { userId, threadId, turnId } = talk.turn;
  const place: HookPlace = { userId, threadId, turnId, signal: talk.signal };
  const backwards = functions.toReversed();
  const filters = backwards.filter((plugin) => plugin.filterStream !== undefined);

  return {
    async *preCall(call) {
      let now = call;
      for (const plugin of functions) {
        if (plugin.preCall === undefined) continue;
        const before = now;
        const changes = yield* runHook(
          talk,
          plugin,
          () => plugin.preCall?.(before, place),
          (changed) => checkPreCall(before, changed),
        );
        if (changes !== undefined) now = { ...now, ...changes };
      }
      return now;
    },
    ...(filters.length > 0 && {
      async *filterStream(batch: Batch) {
        let now = batch;
        for (const plugin of filters) {
          const before = now;
          const hook = () => plugin.filterStream?.(before, place);
          now = (yield* runHook(talk, plugin, hook, checkBatch)) ?? now;
          if (now.length === 0) return now;
        }
        return now;
      },
    }),
    async *postCall(answer) {
      let now = answer;
      for (const plugin of backwards) {
        if (plugin.postCall === undefined) continue;
        const before = now;
        const changed = yield* runHook(talk, plugin, () => plugin.postCall?.(before, place), checkAnswer);
        if (changed !== undefined) now = { ...now, content: changed.content };
      }
      return now;
    },
  };
}
