import { useState } from "react";
import type { JobFilter } from "../api/job-calls.ts";
import { useReturn } from "../rooms/use-return.ts";
import { useThreads } from "../threads/use-threads.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";
import { jobHash } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import { JobChart } from "./job-chart.tsx";
import { JobFilters } from "./job-filters.tsx";
import { JobForm } from "./job-form.tsx";
import { JobTable } from "./job-table.tsx";
import { useJobWords } from "./use-job-words.ts";
import { useJobs } from "./use-jobs.ts";

/** All jobs that fit, with what they amount to; and a new one, in the thread whose jobs these are. */
export function JobList({ threadId }: { threadId: string | undefined }) {
  const words = useJobWords();
  const { common } = useWords();
  const [filter, setFilter] = useState<JobFilter>({ threadId });
  const jobs = useJobs(filter);
  const titleOf = useThreadTitles();
  const [making, setMaking] = useState(false);
  const [opener, closing] = useReturn();
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState<unknown>();
  const rows = jobs.data?.pages.flatMap((page) => page.jobs) ?? [];
  const counts = jobs.data?.pages[0]?.counts;
  const any = counts !== undefined && Object.values(counts).some((count) => count > 0);
  return (
    <div className="room-column job-column">
      {making ? (
        <JobForm
          threadId={filter.threadId}
          onDone={({ id }) => goTo(jobHash(id))}
          onCancel={() => {
            closing();
            setMaking(false);
          }}
        />
      ) : (
        <p>
          <button type="button" className="secondary" ref={opener} onClick={() => setMaking(true)}>
            {words.make}
          </button>
        </p>
      )}
      {jobs.isPending && <QuietLines count={6} />}
      {jobs.isError && (
        <Notice error={jobs.error} mend={common.tryAgain} onMend={() => void jobs.refetch()} />
      )}
      {counts !== undefined && !any && !making && <p>{words.none}</p>}
      {any && (
        <>
          <JobChart />
          <JobFilters filter={filter} onFilter={setFilter} rows={rows} {...{ counts, titleOf }} />
          {rows.length === 0 ? (
            <p>{words.noneOfThese}</p>
          ) : (
            <JobTable
              jobs={rows}
              titleOf={titleOf}
              onError={setFailure}
              onRetried={(again, old) => {
                setFailure(undefined);
                setSaid(words.retried(again.id, old.id));
              }}
            />
          )}
        </>
      )}
      {jobs.hasNextPage && (
        <p>
          <button
            type="button"
            className="text-button"
            disabled={jobs.isFetchingNextPage}
            onClick={() => void jobs.fetchNextPage()}
          >
            {words.more}
          </button>
        </p>
      )}
      {failure !== undefined && <Notice error={failure} />}
      <p className="quiet" role="status">
        {said}
      </p>
    </div>
  );
}

/** What threads are called, as far as they are listed; of others the id, which may be a script's own name for it. */
function useThreadTitles(): (threadId: string) => string {
  const lists = [useThreads("pinned").data, useThreads("recent").data];
  const titles = new Map(
    lists
      .flatMap((list) => list?.pages ?? [])
      .flatMap(({ rows }) => rows.map(({ id, title }) => [id, title])),
  );
  return (threadId) => titles.get(threadId) || threadId;
}
