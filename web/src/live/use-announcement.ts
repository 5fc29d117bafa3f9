import { useEffect, useState } from "react";
import type { Segment } from "../../../src/turns/fold-turn.ts";
import { sentencesEnd, spokenText } from "./sentences.ts";
import type { LiveTurn } from "./use-live-turn.ts";

/**
 * What a screen reader hears of an answer: whole sentences as they are finished, the rest when it ends. An answer that
 * was there already is not read out.
 */
export function useAnnouncement(live: LiveTurn | undefined): string {
  const [spoken, setSpoken] = useState("");

  useEffect(() => {
    if (live === undefined) return;
    let at = 0;
    const say = (ended: boolean) => {
      const whole = answerText(live.view.get().segments);
      const end = ended ? whole.length : sentencesEnd(whole, at);
      if (end > at) setSpoken(spokenText(whole.slice(at, end)));
      at = end;
    };
    const stop = live.view.subscribe(() => say(false));
    return () => {
      stop();
      say(true);
    };
  }, [live]);

  return spoken;
}

/** What the model said, without its thinking and its tools. */
const answerText = (segments: readonly Segment[]): string =>
  segments
    .filter(({ role }) => role === "assistant")
    .map(({ content }) => content)
    .join("\n\n");
