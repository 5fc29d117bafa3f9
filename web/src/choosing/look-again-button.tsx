import { useWords } from "../words/language.ts";
import type { LookAgain } from "./use-look-again.ts";

/** Has the server ask every provider for its models now. */
export function LookAgainButton({ look }: { readonly look: LookAgain }) {
  const { choosing: words } = useWords();
  return (
    <button type="button" className="look-again text-button" disabled={look.looking} onClick={look.again}>
      {look.looking ? words.looking : words.lookAgain}
    </button>
  );
}
