import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";
import { threadJobsHash } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import { groupByDay } from "./group-by-day.ts";
import { ListEnd } from "./list-end.tsx";
import { Rows } from "./rows.tsx";
import { threadsIn } from "./thread-lists.ts";
import { ThreadRow } from "./thread-row.tsx";
import { useRowFocus } from "./use-row-focus.ts";
import type { ThreadActions } from "./use-thread-actions.ts";
import { useThreads } from "./use-threads.ts";

type Props = {
  readonly threadId: string | null;
  readonly actions: ThreadActions;
  readonly onOpen: () => void;
};

/** The pinned threads, then all others by day. */
export function ThreadList({ threadId, actions, onOpen }: Props) {
  const words = useWords();
  const pinned = useThreads("pinned");
  const recent = useThreads("recent");
  const top = threadsIn(pinned.data);
  const rest = threadsIn(recent.data);
  const all = [...top, ...rest];
  const { active, handlers } = useRowFocus(
    all.map(({ id }) => id),
    threadId,
  );
  const days = groupByDay(rest, new Date(), words.threads, document.documentElement.lang);
  const groups = top.length === 0 ? days : [{ name: words.threads.pinned, items: top }, ...days];
  // One list first and the other above it later would move what is being read.
  const shown = !pinned.isPending && !recent.isPending;
  const failed = [pinned, recent].find(
    ({ isError, isFetchNextPageError }) => isError && !isFetchNextPageError,
  );

  return (
    <div {...handlers}>
      {!shown && <QuietLines count={5} />}
      {failed && (
        <Notice error={failed.error} mend={words.common.tryAgain} onMend={() => void failed.refetch()} />
      )}
      {shown && !failed && all.length === 0 && <p className="sidebar-empty">{words.threads.none}</p>}
      {shown &&
        groups.map(({ name, items }, index) => (
          <section key={name} aria-label={name}>
            <h2 className="day">{name}</h2>
            <Rows
              threads={items}
              total={all.length}
              open={index === groups.length - 1 && recent.hasNextPage}
              active={active}
              row={({ thread, position, of }) => (
                <ThreadRow
                  key={thread.id}
                  {...{ thread, position, of, actions, onOpen }}
                  onJobs={() => {
                    goTo(threadJobsHash(thread.id));
                    onOpen();
                  }}
                  current={thread.id === threadId}
                  active={thread.id === active}
                />
              )}
            />
          </section>
        ))}
      {shown && <ListEnd threads={recent} />}
    </div>
  );
}
