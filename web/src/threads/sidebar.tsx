import { LogOut, Search, SquarePen, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Me } from "../api/wire.ts";
import { useDebounced } from "../lib/use-debounced.ts";
import { Mark } from "../session/mark.tsx";
import { useSignOut } from "../session/use-session.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { newChatHash } from "../workspace/route.ts";
import { searchId } from "../workspace/use-shortcuts.ts";
import { ArchivedLine } from "./archived-line.tsx";
import { SearchHits } from "./search-hits.tsx";
import { ThreadList } from "./thread-list.tsx";
import { useArchiving } from "./use-archiving.ts";

type Props = {
  readonly me: Me;
  readonly threadId: string | null;
  /** As a drawer, in a narrow window. */
  readonly open: boolean;
  readonly onClose: () => void;
};

export function Sidebar({ me, threadId, open, onClose }: Props) {
  const [query, setQuery] = useState("");
  const asked = useDebounced(query.trim(), 200);
  const signOut = useSignOut();
  const archiving = useArchiving(threadId);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (open) panel.current?.querySelector<HTMLElement>("a, button")?.focus();
  }, [open]);

  return (
    <nav className="sidebar" aria-label="Threads" ref={panel} onKeyDown={moveWithArrows}>
      <div className="sidebar-top">
        <a className="brand" href={newChatHash} onClick={onClose}>
          <Mark size={20} />
          Skeleton
        </a>
        <IconButton name="Close" icon={X} className="narrow-only" onClick={onClose} />
      </div>
      <a className="new-chat" href={newChatHash} onClick={onClose} title="New chat (Ctrl Shift O)">
        <SquarePen size={16} strokeWidth={1.5} aria-hidden="true" />
        New chat
      </a>
      <label className="search">
        <Search size={16} strokeWidth={1.5} aria-hidden="true" />
        <input
          id={searchId}
          type="search"
          placeholder="Search"
          title="Search (Ctrl K)"
          aria-label="Search threads"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setQuery("");
          }}
        />
      </label>
      <div className="sidebar-list">
        {asked !== "" && query.trim() !== "" ? (
          <SearchHits query={asked} onOpen={onClose} />
        ) : (
          <ThreadList threadId={threadId} onOpen={onClose} onArchive={archiving.archive} />
        )}
      </div>
      <ArchivedLine archiving={archiving} />
      <div className="sidebar-foot">
        <span className="user-name" title={me.username}>
          {me.username}
        </span>
        <IconButton
          name="Sign out"
          icon={LogOut}
          disabled={signOut.isPending}
          onClick={() => signOut.mutate()}
        />
      </div>
    </nav>
  );
}

/** Up and down go from thread to thread. */
function moveWithArrows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
  const { activeElement } = document;
  const at = activeElement instanceof HTMLElement ? rows.indexOf(activeElement) : -1;
  if (at === -1 && document.activeElement?.id !== searchId) return;
  event.preventDefault();
  rows[at === -1 ? 0 : at + step]?.focus();
}
