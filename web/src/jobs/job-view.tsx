import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import type { TurnView } from "../../../src/turns/fold-turn.ts";
import { statusOf } from "../api/api-error.ts";
import type { JobEntry } from "../api/wire.ts";
import { LazyMarkdown } from "../markdown/lazy-markdown.tsx";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";
import { jobHash, jobsHash, threadHash, threadJobsHash } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import { JobActions } from "./job-actions.tsx";
import { JobFacts } from "./job-facts.tsx";
import { JobReply } from "./job-reply.tsx";
import { JobState } from "./job-state.tsx";
import { useJobStream } from "./use-job-stream.ts";
import { useJobWords } from "./use-job-words.ts";

/** One job: how it stands, what it says as it says it, and what comes next in its conversation. */
export function JobView({ id }: { id: number }) {
  const words = useJobWords();
  const { job, view, error } = useJobStream(id);
  const [failure, setFailure] = useState<unknown>();
  const show = (other: JobEntry) => goTo(jobHash(other.id));
  return (
    <div className="room-column">
      <p className="job-back">
        <a href={jobsHash}>
          <ArrowLeft size={16} strokeWidth={1.5} aria-hidden="true" />
          {words.back}
        </a>
      </p>
      {error !== undefined && <Notice error={statusOf(error) === 404 ? words.gone : error} />}
      {job === undefined && error === undefined && <QuietLines count={3} />}
      {job && (
        <>
          <div className="job-head">
            <span role="status">
              <JobState state={job.state} />
            </span>
            <a href={threadHash(job.thread_id)}>{words.openThread}</a>
            <a href={threadJobsHash(job.thread_id)}>{words.threadJobs}</a>
            <JobActions job={job} onRetried={show} onError={setFailure} />
          </div>
          {failure !== undefined && <Notice error={failure} />}
          <JobFacts job={job} />
          {job.instructions !== null && (
            <details className="job-instructions">
              <summary>{words.instructions}</summary>
              <p className="job-text" dir="auto">
                {job.instructions}
              </p>
            </details>
          )}
          <section aria-label={words.prompt}>
            <p className="job-text job-said" dir="auto">
              {job.prompt}
            </p>
          </section>
          <Answer job={job} view={view} />
          <JobReply job={job} onDone={show} />
        </>
      )}
    </div>
  );
}

/** What was answered; until that is over, what has been said of it. */
function Answer({ job, view }: { readonly job: JobEntry; readonly view: TurnView }) {
  const words = useJobWords();
  const { errors } = useWords();
  const running = job.state === "processing";
  const said = view.segments.filter(({ role }) => role === "assistant").map(({ content }) => content);
  const text = job.state === "done" ? (job.result ?? "") : said.join("\n\n");
  return (
    <section className="job-answer" aria-label={words.answer} aria-busy={running}>
      <h2 className="unseen">{words.answer}</h2>
      {text !== "" && <LazyMarkdown text={text} live={running} />}
      {text === "" && job.state === "queued" && <p className="quiet">{words.noAnswerYet}</p>}
      {text === "" && running && <p className="waiting" aria-hidden="true" />}
      {job.error && !running && <Notice error={errors.tell(job.error.code, job.error.message)} />}
    </section>
  );
}
