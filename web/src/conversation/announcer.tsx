import { useAnnouncement } from "../live/use-announcement.ts";
import type { LiveTurn } from "../live/use-live-turn.ts";

/** Reads an answer to a screen reader as it comes. */
export function Announcer({ live }: { live: LiveTurn | undefined }) {
  const spoken = useAnnouncement(live);
  return (
    <div className="unseen" aria-live="polite">
      {spoken}
    </div>
  );
}
