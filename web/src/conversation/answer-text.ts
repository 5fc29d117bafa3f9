import type { Segment } from "../../../src/turns/fold-turn.ts";

/** What the model said, without its thinking and its tools. */
export const answerText = (segments: readonly Segment[]): string =>
  segments
    .filter(({ role }) => role === "assistant")
    .map(({ content }) => content)
    .join("\n\n");
