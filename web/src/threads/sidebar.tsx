import { Archive, Layers, PanelLeftClose, SquarePen, X } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, useRef } from "react";
import type { Me } from "../api/wire.ts";
import { AccountMenu } from "../session/account-menu.tsx";
import { Mark } from "../session/mark.tsx";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { lazyPart } from "../workspace/lazy-part.tsx";
import {
  archivedHash,
  jobsHash,
  newChatHash,
  type Place,
  parseRoute,
  placeHash,
  type Side,
  searchHash,
} from "../workspace/route.ts";
import { shortcutText } from "../workspace/shortcut-text.ts";
import { isPressed } from "../workspace/shortcuts.ts";
import { goTo } from "../workspace/use-route.ts";
import { PluginPages } from "./plugin-pages.tsx";
import { SearchField } from "./search-field.tsx";
import { StatusLine } from "./status-line.tsx";
import { ThreadList } from "./thread-list.tsx";
import { useDrawer } from "./use-drawer.ts";
import { focusRows } from "./use-row-focus.ts";
import { useThreadActions } from "./use-thread-actions.ts";

// Neither is there at first sight.
const ArchivedList = lazyPart(async () => (await import("./archived-list.tsx")).ArchivedList);
const SearchHits = lazyPart(async () => (await import("./search-hits.tsx")).SearchHits);

type Props = {
  readonly me: Me;
  readonly place: Place;
  /** Jobs stand in the conversation's place. */
  readonly atJobs: boolean;
  /** What stands here instead of the list. */
  readonly side: Side | undefined;
  /** Open as a drawer, in a narrow window. */
  readonly drawer: boolean;
  readonly onClose: () => void;
  /** Takes it out of a wide window. */
  readonly onHide: () => void;
};

export function Sidebar({ me, place, atJobs, side, drawer, onClose, onHide }: Props) {
  const all = useWords();
  const { common, threads: words } = all;
  const threadId = place.at === "thread" ? place.threadId : null;
  const actions = useThreadActions(threadId, side);
  const panel = useRef<HTMLElement>(null);
  useDrawer(panel, drawer);
  const query = side?.at === "search" ? side.query : "";
  const shared = { threadId, actions };

  /** The first letter is a step that can be gone back; those after it write over it. */
  const onSearch = (next: string) => {
    if (next === "") goTo(placeHash(place), { replace: true });
    else goTo(searchHash(next), { replace: parseRoute(location.hash).at === "search" });
  };

  /** Follows a link, also one to the address that the page is at already: what stands beside it may change. */
  const follow = (event: MouseEvent<HTMLAnchorElement>, kept?: Side) => {
    if (side === undefined || !isPlain(event)) return;
    event.preventDefault();
    goTo(event.currentTarget.hash, { side: kept });
  };
  const open = (event: MouseEvent<HTMLAnchorElement>) => {
    follow(event);
    onClose();
  };
  /** Opens a thread without taking away what it was found by. */
  const openBeside = (event: MouseEvent<HTMLAnchorElement>) => {
    follow(event, side);
    onClose();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    if (isPressed(event, "undo") && actions.gone && !(event.target instanceof HTMLInputElement)) {
      event.preventDefault();
      actions.undo();
    }
  };

  return (
    <nav className="sidebar" aria-label={words.list} ref={panel} onKeyDown={onKeyDown}>
      <div className="sidebar-top">
        <a className="brand" href={newChatHash} onClick={open}>
          <Mark size={20} />
          Skeleton
        </a>
        <IconButton name={common.close} icon={X} className="narrow-only" onClick={onClose} />
        <IconButton
          name={`${words.hideList} (${shortcutText("sidebar", all)})`}
          icon={PanelLeftClose}
          className="wide-only hide-list to-start"
          onClick={onHide}
        />
      </div>
      <a
        className="new-chat"
        href={newChatHash}
        onClick={open}
        title={`${words.newChat} (${shortcutText("newChat", all)})`}
      >
        <SquarePen size={16} strokeWidth={1.5} aria-hidden="true" />
        {words.newChat}
      </a>
      <SearchField query={query} onSearch={onSearch} onDown={() => focusRows(panel.current)} />
      <div className="sidebar-list">
        {side === undefined && <ThreadList {...shared} onOpen={onClose} />}
        {side?.at === "search" && <SearchHits query={query} threadId={threadId} onOpen={openBeside} />}
        {side?.at === "archived" && (
          <ArchivedList
            {...shared}
            onOpen={openBeside}
            back={placeHash(place)}
            onBack={(event) => follow(event)}
          />
        )}
      </div>
      <StatusLine actions={actions} />
      <PluginPages />
      <div className="sidebar-foot">
        <AccountMenu me={me} onLeave={onClose} />
        <span className="foot-actions">
          <a
            className="icon-button"
            href={jobsHash}
            aria-label={words.jobs}
            title={words.jobs}
            aria-current={atJobs ? "page" : undefined}
            onClick={onClose}
          >
            <Layers size={16} strokeWidth={1.5} aria-hidden="true" />
          </a>
          <a
            className="icon-button"
            href={archivedHash}
            aria-label={words.archivedThreads}
            title={words.archivedThreads}
            aria-current={side?.at === "archived" ? "page" : undefined}
          >
            <Archive size={16} strokeWidth={1.5} aria-hidden="true" />
          </a>
        </span>
      </div>
    </nav>
  );
}

/** A click that is not meant for another window. */
const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
