import { ArrowLeft } from "lucide-react";
import type { MouseEvent } from "react";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";
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
  readonly onOpen: (event: MouseEvent<HTMLAnchorElement>) => void;
  /** Where the way back leads. */
  readonly back: string;
  readonly onBack: (event: MouseEvent<HTMLAnchorElement>) => void;
};

/** The threads that were put away, to look at, to bring back or to erase. */
export function ArchivedList({ threadId, actions, onOpen, back, onBack }: Props) {
  const words = useWords().threads;
  const { tryAgain } = useWords().common;
  const archived = useThreads("archived");
  const all = threadsIn(archived.data);
  const { active, handlers } = useRowFocus(
    all.map(({ id }) => id),
    threadId,
  );
  return (
    <section aria-label={words.archivedThreads} {...handlers}>
      <div className="list-head">
        <a
          className="icon-button"
          href={back}
          aria-label={words.backToThreads}
          title={words.backToThreads}
          onClick={onBack}
        >
          <ArrowLeft className="to-start" size={16} strokeWidth={1.5} aria-hidden="true" />
        </a>
        <h2>{words.archived}</h2>
      </div>
      {archived.isPending && <QuietLines count={5} />}
      {archived.isError && !archived.isFetchNextPageError && (
        <Notice error={archived.error} mend={tryAgain} onMend={() => void archived.refetch()} />
      )}
      {archived.isSuccess && all.length === 0 && <p className="sidebar-empty">{words.noneArchived}</p>}
      <Rows
        threads={all}
        total={all.length}
        open={archived.hasNextPage}
        active={active}
        row={({ thread, position, of }) => (
          <ThreadRow
            key={thread.id}
            {...{ thread, position, of, actions, onOpen }}
            current={thread.id === threadId}
            active={thread.id === active}
          />
        )}
      />
      {archived.isSuccess && <ListEnd threads={archived} />}
    </section>
  );
}
