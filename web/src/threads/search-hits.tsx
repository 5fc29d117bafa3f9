import type { MouseEvent } from "react";
import type { SearchHit } from "../api/wire.ts";
import { parseTime } from "../lib/times.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";
import { messageHash, threadHash } from "../workspace/route.ts";
import { splitMarks } from "./split-marks.ts";
import { rowId, useRowFocus } from "./use-row-focus.ts";
import { useSearch } from "./use-threads.ts";

type Props = {
  readonly query: string;
  readonly threadId: string | null;
  readonly onOpen: (event: MouseEvent<HTMLAnchorElement>) => void;
};

/** What was found. A hit leads to the message that it shows, or to the thread where the title matched. */
export function SearchHits({ query, threadId, onOpen }: Props) {
  const words = useWords();
  const hits = useSearch(query);
  const found = hits.data ?? [];
  const { active, handlers } = useRowFocus(
    found.map(({ id }) => id),
    null,
  );
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short" });
  return (
    <section aria-label={words.threads.results} aria-busy={hits.isFetching} {...handlers}>
      {hits.isPending && <QuietLines count={4} />}
      {hits.isError && (
        <Notice error={hits.error} mend={words.common.tryAgain} onMend={() => void hits.refetch()} />
      )}
      <p className="unseen" role="status">
        {hits.isSuccess && !hits.isPlaceholderData && words.threads.found(found.length)}
      </p>
      {hits.isSuccess && found.length === 0 && (
        <p className="sidebar-empty">{words.threads.nothingFound(query)}</p>
      )}
      <ul>
        {found.map((hit) => (
          <li key={hit.id} className="hit" data-current={hit.id === threadId}>
            <a
              data-row
              id={rowId(hit.id)}
              tabIndex={hit.id === active ? 0 : -1}
              aria-current={hit.id === threadId ? "page" : undefined}
              href={hit.message_id === undefined ? threadHash(hit.id) : messageHash(hit.id, hit.message_id)}
              onClick={onOpen}
            >
              <span className="hit-head">
                <span className="row-title">
                  <bdi>{inTitle(hit) ? <Marked text={hit.snippet} marks={hit.marks} /> : hit.title}</bdi>
                </span>
                <time dateTime={hit.created}>{day.format(parseTime(hit.created))}</time>
              </span>
              {!inTitle(hit) && (
                <span className="snippet" dir="auto">
                  <Marked text={hit.snippet} marks={hit.marks} />
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

const inTitle = ({ message_id }: SearchHit) => message_id === undefined;

function Marked({ text, marks }: { text: string; marks: SearchHit["marks"] }) {
  return splitMarks(text, marks).map((piece) =>
    piece.marked ? <mark key={piece.start}>{piece.text}</mark> : <span key={piece.start}>{piece.text}</span>,
  );
}
