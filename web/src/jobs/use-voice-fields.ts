import { useRef, useState } from "react";
import { getPromptText } from "../api/job-calls.ts";
import type { RoleEntry } from "../api/wire.ts";

/**
 * Which prompt or role a job is answered with, and what it says, line by line. What is left as it was chosen goes by its
 * key; whatever was changed, by its words.
 */
export function useVoiceFields(roles: readonly RoleEntry[]) {
  const [chosen, setChosen] = useState("");
  const [instructions, setInstructions] = useState("");
  const [filled, setFilled] = useState("");
  const [error, setError] = useState<unknown>();
  /** The choice that an answer must still be for. */
  const wanted = useRef("");

  const fill = (text: string) => {
    setInstructions(text);
    setFilled(text);
  };
  return {
    ...{ chosen, instructions, error },
    write: setInstructions,
    choose(key: string): void {
      wanted.current = key;
      setChosen(key);
      setError(undefined);
      const role = roles.find((each) => each.key === key);
      fill(role?.instructions ?? "");
      if (key === "" || role !== undefined) return;
      getPromptText(key).then(
        ({ content }) => wanted.current === key && fill(content),
        (reason: unknown) => wanted.current === key && setError(reason),
      );
    },
    json: () => ({
      ...(chosen !== "" && { system_prompt: chosen }),
      ...(instructions !== filled && instructions.trim() !== "" && { instructions }),
    }),
  };
}
