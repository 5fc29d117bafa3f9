import { useWords } from "../../words/language.ts";

type Props = {
  readonly lines: number;
  readonly folded: boolean;
  readonly onFold: (folded: boolean) => void;
};

/** Opens and shuts a long block of code, at its foot. */
export function FoldButton({ lines, folded, onFold }: Props) {
  const { showAllLines, showFewerLines } = useWords().markdown;
  return (
    <button
      type="button"
      className="code-fold text-button"
      aria-expanded={!folded}
      onClick={({ currentTarget }) => {
        onFold(!folded);
        // The foot of a block that is shut lies far above: whoever shut it there goes with it.
        if (!folded) requestAnimationFrame(() => currentTarget.scrollIntoView({ block: "nearest" }));
      }}
    >
      {folded ? showAllLines(lines) : showFewerLines}
    </button>
  );
}
