import type { JobEntry } from "../api/wire.ts";
import { beginning } from "../roles/prompt-groups.ts";
import { jobHash, threadHash } from "../workspace/route.ts";
import { JobActions } from "./job-actions.tsx";
import { JobState } from "./job-state.tsx";
import { ageOf, durationOf, momentText, msText } from "./times.ts";
import { useJobWords } from "./use-job-words.ts";
import { useNow } from "./use-now.ts";

type Props = {
  readonly jobs: readonly JobEntry[];
  /** What a thread is called, where that is known. */
  readonly titleOf: (threadId: string) => string;
  readonly onRetried: (again: JobEntry, old: JobEntry) => void;
  readonly onError: (error: unknown) => void;
};

/** Jobs, one a row; in a narrow window one below the other (jobs.css). */
export function JobTable({ jobs, titleOf, onRetried, onError }: Props) {
  const words = useJobWords();
  const now = useNow(1_000);
  return (
    <table className="job-table">
      <caption className="unseen">{words.title}</caption>
      <thead>
        <tr>
          <th scope="col">{words.job}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.conversation}</th>
          <th scope="col">{words.model}</th>
          <th scope="col" className="number">
            {words.age}
          </th>
          <th scope="col" className="number">
            {words.duration}
          </th>
          <th scope="col" className="number">
            {words.attempts}
          </th>
          <th scope="col">
            <span className="unseen">{words.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => {
          const duration = durationOf(job, now);
          return (
            <tr key={job.id}>
              <th scope="row" className="job-prompt">
                <a href={jobHash(job.id)}>
                  <span className="quiet">{job.id}</span> <bdi>{beginning(job.prompt, 120)}</bdi>
                </a>
              </th>
              <td>
                <JobState state={job.state} />
              </td>
              <td data-label={words.conversation} className="job-thread">
                <a href={threadHash(job.thread_id)} title={titleOf(job.thread_id)}>
                  <bdi>{titleOf(job.thread_id)}</bdi>
                </a>
              </td>
              <td data-label={words.model} title={job.model}>
                {job.model}
              </td>
              <td data-label={words.age} className="number" title={momentText(job.created_at)}>
                {msText(ageOf(job, now))}
              </td>
              <td data-label={words.duration} className="number">
                {duration === undefined ? "" : msText(duration)}
              </td>
              <td data-label={words.attempts} className="number">
                {words.attemptOf(job.attempt, job.attempts)}
              </td>
              <td className="job-do">
                <JobActions job={job} onRetried={(again) => onRetried(again, job)} onError={onError} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
