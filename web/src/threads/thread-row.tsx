import { Archive, ArchiveRestore, Ellipsis } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, useLayoutEffect, useRef, useState } from "react";
import type { ThreadEntry } from "../api/wire.ts";
import { useWords } from "../words/language.ts";
import { threadHash } from "../workspace/route.ts";
import { keyCaps } from "../workspace/shortcut-text.ts";
import { isPressed, type ShortcutName, shortcuts } from "../workspace/shortcuts.ts";
import { AskErase } from "./ask-erase.tsx";
import { RenameField } from "./rename-field.tsx";
import { RowMenu } from "./row-menu.tsx";
import { rowId } from "./use-row-focus.ts";
import type { ThreadActions } from "./use-thread-actions.ts";

type Props = {
  readonly thread: ThreadEntry;
  /** From 1, of so many; -1 where nobody knows yet how many there are. */
  readonly position: number;
  readonly of: number;
  readonly current: boolean;
  /** Tab leads to this row. */
  readonly active: boolean;
  readonly actions: ThreadActions;
  readonly onOpen: (event: MouseEvent<HTMLAnchorElement>) => void;
  /** Leads to its jobs. */
  readonly onJobs?: () => void;
};

export function ThreadRow({ thread, position, of, current, active, actions, onOpen, onJobs }: Props) {
  const all = useWords();
  const words = all.threads;
  const keysOf = (name: ShortcutName) => keyCaps(shortcuts[name].keys[0], all);
  const [state, setState] = useState<"rests" | "renaming" | "asking" | "menu">("rests");
  const link = useRef<HTMLAnchorElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const rested = useRef(true);
  useLayoutEffect(() => {
    // The field, the question or the menu that had the focus is gone.
    const rests = state === "rests";
    if (rests && !rested.current && document.activeElement === document.body) link.current?.focus();
    rested.current = rests;
  }, [state]);
  const rest = () => setState("rests");
  const putAway = () => (thread.archived ? setState("asking") : actions.archive(thread));
  const tabIndex = active ? 0 : -1;

  const onKeyDown = (event: KeyboardEvent) => {
    const asksForMenu = event.key === "ContextMenu" || isPressed(event, "threadMenu");
    if (isPressed(event, "rename")) setState("renaming");
    else if (isPressed(event, "erase")) setState("asking");
    else if (isPressed(event, "archive")) putAway();
    else if (asksForMenu) setState("menu");
    else return;
    event.preventDefault();
  };

  const place = { "aria-posinset": position, "aria-setsize": of };
  if (state === "renaming") {
    return (
      <li className="thread-row" {...place}>
        <RenameField
          title={thread.title}
          onDone={(title) => {
            if (title !== undefined) actions.rename(thread, title);
            rest();
          }}
        />
      </li>
    );
  }
  if (state === "asking") {
    return (
      <li className="thread-row" {...place}>
        <AskErase
          title={thread.title}
          onDone={(erase) => {
            if (erase) actions.erase(thread);
            rest();
          }}
        />
      </li>
    );
  }

  const quick = thread.archived
    ? { name: words.restore, icon: ArchiveRestore, act: () => actions.restore(thread) }
    : { name: words.archive, icon: Archive, act: () => actions.archive(thread) };
  const { icon: QuickIcon } = quick;
  return (
    <li className="thread-row" data-current={current} data-menu={state === "menu"} {...place}>
      <a
        ref={link}
        data-row
        id={rowId(thread.id)}
        href={threadHash(thread.id)}
        tabIndex={tabIndex}
        aria-current={current ? "page" : undefined}
        aria-keyshortcuts="F2 Delete"
        title={thread.title}
        onClick={onOpen}
        onDoubleClick={() => setState("renaming")}
        onKeyDown={onKeyDown}
      >
        {thread.running_turn !== null && <span className="running" role="img" aria-label={words.running} />}
        <span className="row-title">
          <bdi>{thread.title}</bdi>
        </span>
      </a>
      <span className="row-actions">
        <button
          type="button"
          className="icon-button row-quick"
          tabIndex={tabIndex}
          aria-label={quick.name}
          title={quick.name}
          onClick={quick.act}
        >
          <QuickIcon size={16} strokeWidth={1.5} aria-hidden="true" />
        </button>
        <button
          ref={more}
          type="button"
          className="icon-button"
          tabIndex={tabIndex}
          aria-label={words.more}
          title={words.more}
          aria-haspopup="menu"
          aria-expanded={state === "menu"}
          onClick={() => setState(state === "menu" ? "rests" : "menu")}
        >
          <Ellipsis size={16} strokeWidth={1.5} aria-hidden="true" />
        </button>
      </span>
      {state === "menu" && (
        <RowMenu
          name={words.menuOf(thread.title)}
          anchor={more}
          items={[
            { name: words.rename, keys: keysOf("rename"), act: () => setState("renaming") },
            ...(thread.archived
              ? [{ name: words.restore, act: () => actions.restore(thread) }]
              : [
                  {
                    name: thread.pinned ? words.unpin : words.pin,
                    act: () => actions.pin(thread, !thread.pinned),
                  },
                  ...(onJobs ? [{ name: words.jobs, act: onJobs }] : []),
                  { name: words.archive, keys: keysOf("archive"), act: () => actions.archive(thread) },
                ]),
            {
              name: words.eraseForGood,
              keys: keysOf(thread.archived ? "archive" : "erase"),
              act: () => setState("asking"),
            },
          ]}
          onClose={rest}
        />
      )}
    </li>
  );
}
