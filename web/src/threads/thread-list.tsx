import type { ThreadEntry } from "../api/wire.ts";
import { useSeen } from "../lib/use-seen.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";
import { groupByDay } from "./group-by-day.ts";
import { ThreadRow } from "./thread-row.tsx";
import { useThreads } from "./use-threads.ts";

type Props = {
  readonly threadId: string | null;
  readonly onOpen: () => void;
  readonly onArchive: (thread: ThreadEntry) => void;
};

export function ThreadList({ threadId, onOpen, onArchive }: Props) {
  const threads = useThreads();
  const end = useSeen<HTMLDivElement>(() => {
    if (threads.hasNextPage && !threads.isFetching) void threads.fetchNextPage();
  });
  const all = threads.data?.pages.flat() ?? [];
  return (
    <>
      {threads.isPending && <QuietLines count={5} />}
      {threads.isError && (
        <Notice error={threads.error} mend="Try again" onMend={() => void threads.refetch()} />
      )}
      {threads.isSuccess && all.length === 0 && (
        <p className="sidebar-empty">Your threads will stand here.</p>
      )}
      {groupByDay(all, new Date()).map(({ name, items }) => (
        <section key={name} aria-label={name}>
          <h2 className="day">{name}</h2>
          <ul>
            {items.map((thread) => (
              <ThreadRow
                key={thread.id}
                thread={thread}
                current={thread.id === threadId}
                onOpen={onOpen}
                onArchive={onArchive}
              />
            ))}
          </ul>
        </section>
      ))}
      <div ref={end} className="list-end" />
    </>
  );
}
