import { ArrowDown } from "lucide-react";
import { useState } from "react";
import { useWords } from "../words/language.ts";
import type { Distance } from "./use-reading-place.ts";

type Props = {
  readonly distance: Distance;
  /** What stands last. */
  readonly lastKey: string | undefined;
  /** More is coming there. */
  readonly live: boolean;
  readonly onReturn: () => void;
};

/** The way back to the end, with a word when there is something new. It takes room of its own and covers nothing. */
export function ToEnd({ distance, lastKey, live, onReturn }: Props) {
  const { conversation: words } = useWords();
  const [seenKey, setSeenKey] = useState(lastKey);
  if (distance === "end" && seenKey !== lastKey) setSeenKey(lastKey);
  const isNew = live || seenKey !== lastKey;
  if (distance === "end" || (distance === "near" && !isNew)) return null;
  return (
    <div className="to-end">
      <button type="button" className="text-button" onClick={onReturn}>
        <ArrowDown size={14} strokeWidth={1.5} aria-hidden="true" />
        {isNew ? words.newBelow : words.toEnd}
      </button>
    </div>
  );
}
