import type { SearchHit } from "../api/wire.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";
import { threadHash } from "../workspace/route.ts";
import { splitMarks } from "./split-marks.ts";
import { useSearch } from "./use-threads.ts";

export function SearchHits({ query, onOpen }: { query: string; onOpen: () => void }) {
  const hits = useSearch(query);
  if (hits.isPending) return <QuietLines count={4} />;
  if (hits.isError) return <Notice error={hits.error} mend="Try again" onMend={() => void hits.refetch()} />;
  return (
    <section aria-label="Search results">
      <p className="unseen" role="status">
        {hits.data.length === 1 ? "1 thread found" : `${hits.data.length} threads found`}
      </p>
      {hits.data.length === 0 && <p className="sidebar-empty">Nothing found for “{query}”.</p>}
      <ul>
        {hits.data.map((hit) => (
          <li key={hit.id} className="hit">
            <a data-row href={threadHash(hit.id)} onClick={onOpen}>
              <span className="row-title">
                {inTitle(hit) ? <Marked text={hit.snippet} marks={hit.marks} /> : hit.title}
              </span>
              {!inTitle(hit) && (
                <span className="snippet">
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

const inTitle = ({ snippet, title }: SearchHit) => snippet === title;

function Marked({ text, marks }: { text: string; marks: SearchHit["marks"] }) {
  return splitMarks(text, marks).map((piece) =>
    piece.marked ? <mark key={piece.start}>{piece.text}</mark> : <span key={piece.start}>{piece.text}</span>,
  );
}
