import { useEffect, useRef, useState } from "react";
import { sentencesEnd, spokenText } from "./sentences.ts";

/**
 * What a screen reader hears of an answer: whole sentences as they are finished, the rest when it ends. An answer that
 * was there already is not read out.
 */
export function useAnnouncement(text: string | undefined): string {
  const [spoken, setSpoken] = useState("");
  const reading = useRef({ text: "", at: 0 });

  useEffect(() => {
    const state = reading.current;
    const ended = text === undefined;
    const whole = ended ? state.text : text;
    if (whole.length < state.at) state.at = 0; // another answer
    const end = ended ? whole.length : sentencesEnd(whole, state.at);
    if (end > state.at) setSpoken(spokenText(whole.slice(state.at, end)));
    reading.current = ended ? { text: "", at: 0 } : { text: whole, at: end };
  }, [text]);

  return spoken;
}
