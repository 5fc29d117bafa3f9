import type { LlamaChat, LlamaContext, Token } from "node-llama-cpp";

type Slot = { readonly chat: LlamaChat; busy: boolean; usedAt: number };

/** A sequence of the context, held until it is given back. */
export type Lease = {
  readonly chat: LlamaChat;
  /** Tokens of the prompt that it has in memory already. */
  readonly reused: number;
  release(): void;
};

/**
 * The sequences of a context, each with what it read and wrote last. A prompt gets the one that holds most of its
 * beginning, so the next turn of a thread evaluates only what is new; one that holds something else is taken when it
 * has not been used for the longest time. Whoever finds all of them busy waits, first come, first served.
 */
export function createSlots(context: LlamaContext, open: () => LlamaChat) {
  const slots: Slot[] = [];
  const waiting: { readonly go: () => void }[] = [];
  let clock = 0;

  function choose(tokens: readonly Token[]): { slot: Slot; reused: number } | undefined {
    const free = slots
      .filter(({ busy }) => !busy)
      .map((slot) => {
        const { sequence } = slot.chat;
        const reused = sequence.compareContextTokens([...tokens]).firstDifferentIndex;
        return { slot, reused, held: sequence.contextTokens.length };
      })
      .sort((a, b) => b.reused - a.reused);
    const [best] = free;
    // less than half of what it holds: another thread's, of which only the system prompt is the same
    if (best !== undefined && best.reused > 0 && best.reused * 2 >= best.held) return best;
    if (context.sequencesLeft > 0) {
      const slot = { chat: open(), busy: false, usedAt: 0 };
      slots.push(slot);
      return { slot, reused: 0 };
    }
    return free.sort((a, b) => a.slot.usedAt - b.slot.usedAt)[0];
  }

  return {
    /** @throws the signal's reason. */
    async take(tokens: readonly Token[], signal: AbortSignal): Promise<Lease> {
      signal.throwIfAborted();
      let chosen = waiting.length === 0 ? choose(tokens) : undefined;
      while (chosen === undefined) {
        await turn(signal);
        chosen = choose(tokens);
      }
      const { slot, reused } = chosen;
      slot.busy = true;
      return {
        chat: slot.chat,
        reused,
        release() {
          slot.busy = false;
          slot.usedAt = ++clock;
          waiting.shift()?.go();
        },
      };
    },
  };

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = {
        go() {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(signal.reason);
      };
      waiting.push(entry);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
}

export type Slots = ReturnType<typeof createSlots>;
