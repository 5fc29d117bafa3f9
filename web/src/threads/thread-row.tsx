import { Archive, Pencil } from "lucide-react";
import { useState } from "react";
import type { ThreadEntry } from "../api/wire.ts";
import { isComposing } from "../lib/is-composing.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { threadHash } from "../workspace/route.ts";
import { useRename } from "./use-threads.ts";

type Props = {
  readonly thread: ThreadEntry;
  readonly current: boolean;
  readonly onOpen: () => void;
  readonly onArchive: (thread: ThreadEntry) => void;
};

export function ThreadRow({ thread, current, onOpen, onArchive }: Props) {
  const [renaming, setRenaming] = useState(false);
  if (renaming) return <RenameRow thread={thread} onDone={() => setRenaming(false)} />;
  return (
    <li className="thread-row" data-current={current}>
      <a
        data-row
        href={threadHash(thread.id)}
        aria-current={current ? "page" : undefined}
        title={thread.title}
        onClick={onOpen}
        onDoubleClick={() => setRenaming(true)}
      >
        {thread.running_turn !== null && <span className="running" role="img" aria-label="Being answered" />}
        <span className="row-title">{thread.title}</span>
      </a>
      <span className="row-actions">
        <IconButton name="Rename" icon={Pencil} onClick={() => setRenaming(true)} />
        <IconButton name="Archive" icon={Archive} onClick={() => onArchive(thread)} />
      </span>
    </li>
  );
}

function RenameRow({ thread, onDone }: { thread: ThreadEntry; onDone: () => void }) {
  const [title, setTitle] = useState(thread.title);
  const rename = useRename();
  const keep = () => {
    const next = title.trim();
    if (next !== "" && next !== thread.title) rename.mutate({ threadId: thread.id, title: next });
    onDone();
  };
  return (
    <li className="thread-row">
      <input
        className="rename"
        aria-label="New title"
        value={title}
        maxLength={500}
        ref={selectOnce}
        onChange={(event) => setTitle(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return;
          if (event.key === "Enter") keep();
          if (event.key === "Escape") onDone();
        }}
      />
    </li>
  );
}

const selectOnce = (input: HTMLInputElement | null) => input?.select();
