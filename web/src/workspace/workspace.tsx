import { useState } from "react";
import type { Me } from "../api/wire.ts";
import { Conversation } from "../conversation/conversation.tsx";
import { useAccountFeed } from "../live/use-account-feed.ts";
import { Sidebar } from "../threads/sidebar.tsx";
import type { Route } from "./route.ts";
import { usePlace } from "./use-place.ts";
import { useShortcuts } from "./use-shortcuts.ts";

/** The page of somebody who is signed in: threads on the left, a conversation beside them. */
export function Workspace({ me, route }: { me: Me; route: Route }) {
  const { connection, settled } = useAccountFeed();
  const [drawerOpen, setDrawerOpen] = useState(false);
  const place = usePlace(route);
  const threadId = place.at === "thread" ? place.threadId : null;
  useShortcuts(setDrawerOpen);
  if (!settled) return null;
  return (
    <div className="workspace" data-drawer={drawerOpen}>
      <Sidebar me={me} threadId={threadId} open={drawerOpen} onClose={() => setDrawerOpen(false)} />
      <button
        type="button"
        className="scrim"
        aria-label="Close the list of threads"
        tabIndex={-1}
        onClick={() => setDrawerOpen(false)}
      />
      <Conversation
        key={threadId ?? "new"}
        threadId={threadId}
        messageId={place.at === "thread" ? place.messageId : undefined}
        place={`${me.username}:${threadId ?? "new"}`}
        connection={connection}
        onOpenDrawer={() => setDrawerOpen(true)}
      />
    </div>
  );
}
