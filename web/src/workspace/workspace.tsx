import { useRef } from "react";
import type { Me } from "../api/wire.ts";
import { Conversation } from "../conversation/conversation.tsx";
import { useStored } from "../lib/use-stored.ts";
import { useAccountFeed } from "../live/use-account-feed.ts";
import { Sidebar } from "../threads/sidebar.tsx";
import { useWords } from "../words/language.ts";
import { lazyPart } from "./lazy-part.tsx";
import { type Route, roomOf, sideOf } from "./route.ts";
import { shortcutListOpen } from "./shortcut-list-open.ts";
import { sidebarShown } from "./sidebar-shown.ts";
import { useDrawerState } from "./use-drawer-state.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { usePlace } from "./use-place.ts";
import { useSide } from "./use-route.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { useSwipe } from "./use-swipe.ts";

const JobsPage = lazyPart(async () => (await import("../jobs/jobs-page.tsx")).JobsPage);
const KeysPage = lazyPart(async () => (await import("../keys/keys-page.tsx")).KeysPage);
const ShortcutList = lazyPart(async () => (await import("./shortcut-list.tsx")).ShortcutList);

/** The page of somebody who is signed in: threads on the left, a conversation beside them. */
export function Workspace({ me, route }: { me: Me; route: Route }) {
  const connection = useAccountFeed(me.cursor);
  const words = useWords().threads;
  const place = usePlace(route);
  const side = useSide(route);
  const drawer = useDrawerState(sideOf(route));
  const room = roomOf(route);
  const threadId = place.at === "thread" ? place.threadId : null;
  const close = () => drawer.setOpen(false);
  const atHead = { connection, onOpenDrawer: () => drawer.setOpen(true) };
  useShortcuts(drawer);
  const whole = useRef<HTMLDivElement>(null);
  useSwipe(whole, drawer.open, drawer.setOpen);
  const shortcutList = useStored(shortcutListOpen);
  const sidebar = useStored(sidebarShown);
  useKeptFocus(sidebar);
  return (
    <div className="workspace" data-drawer={drawer.open} data-sidebar={sidebar} ref={whole}>
      <Sidebar
        me={me}
        place={room === undefined ? place : { at: "new" }}
        atJobs={room?.at === "jobs"}
        side={side}
        drawer={drawer.open}
        onClose={close}
        onHide={drawer.toggle}
      />
      <button type="button" className="scrim" aria-label={words.closeList} tabIndex={-1} onClick={close} />
      <div className="beside" inert={drawer.open}>
        {room?.at === "keys" && <KeysPage {...atHead} />}
        {room?.at === "jobs" && <JobsPage jobId={room.jobId} threadId={room.threadId} {...atHead} />}
        {room === undefined && (
          <Conversation
            key={threadId ?? "new"}
            threadId={threadId}
            messageId={place.at === "thread" ? place.messageId : undefined}
            place={`${me.username}:${threadId ?? "new"}`}
            {...atHead}
          />
        )}
      </div>
      {shortcutList && <ShortcutList onClose={() => shortcutListOpen.set(false)} />}
    </div>
  );
}
