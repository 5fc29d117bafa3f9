import { ChevronRight, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import type { Pasted } from "./drafts.ts";

/** Characters from which on a pasted text stands in a block of its own: more would bury what is being written. */
export const longPaste = 4000;

const undoMs = 10_000;

type Props = {
  readonly blocks: readonly Pasted[];
  readonly onChange: (blocks: readonly Pasted[]) => void;
};

/** Long texts that were pasted, each a line that opens in place. Taking one away can be undone for ten seconds. */
export function PastedBlocks({ blocks, onChange }: Props) {
  const words = useWords();
  const [gone, setGone] = useState<{ readonly block: Pasted; readonly at: number }>();
  useEffect(() => {
    if (gone === undefined) return;
    const timer = setTimeout(() => setGone(undefined), undoMs);
    return () => clearTimeout(timer);
  }, [gone]);

  if (blocks.length === 0 && gone === undefined) return null;
  return (
    <ul className="pasted" aria-label={words.composer.pastedTexts}>
      {blocks.map((block, at) => (
        <PastedBlock
          key={block.id}
          text={block.text}
          onEdit={(text) => onChange(blocks.map((one) => (one === block ? { ...block, text } : one)))}
          onRemove={() => {
            setGone({ block, at });
            onChange(blocks.filter((one) => one !== block));
          }}
        />
      ))}
      {gone !== undefined && (
        <li className="pasted-line">
          <span role="status">{words.composer.pastedGone}</span>
          <button
            type="button"
            className="text-button"
            onClick={() => {
              onChange(blocks.toSpliced(gone.at, 0, gone.block));
              setGone(undefined);
            }}
          >
            {words.common.undo}
          </button>
        </li>
      )}
    </ul>
  );
}

type BlockProps = {
  readonly text: string;
  readonly onEdit: (text: string) => void;
  readonly onRemove: () => void;
};

function PastedBlock({ text, onEdit, onRemove }: BlockProps) {
  const { composer } = useWords();
  const [open, setOpen] = useState(false);
  const name = composer.pastedText(text.split("\n").length);
  return (
    <li>
      <div className="pasted-line">
        <button type="button" className="pasted-name" aria-expanded={open} onClick={() => setOpen(!open)}>
          <ChevronRight size={16} strokeWidth={1.5} aria-hidden="true" />
          <span>{name}</span>
          {!open && <span className="pasted-beginning">{text.trimStart().slice(0, 120)}</span>}
        </button>
        <IconButton name={composer.removePasted} icon={X} onClick={onRemove} />
      </div>
      {open && (
        <textarea
          className="pasted-text"
          dir="auto"
          rows={6}
          aria-label={name}
          value={text}
          onChange={(event) => onEdit(event.target.value)}
        />
      )}
    </li>
  );
}
