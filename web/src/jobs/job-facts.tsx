import type { JobEntry } from "../api/wire.ts";
import { nameOfPrompt } from "../roles/prompt-groups.ts";
import { useRoles } from "../roles/use-roles.ts";
import { durationOf, momentText, msText } from "./times.ts";
import { useJobWords } from "./use-job-words.ts";
import { useNow } from "./use-now.ts";

/** What is known of a job beside what was said. */
export function JobFacts({ job }: { job: JobEntry }) {
  const words = useJobWords();
  const duration = durationOf(job, useNow(1_000));
  const roles = useRoles().data ?? [];
  const tokens = job.usage?.total_tokens;
  const nameOfTemplate = ({ role_id, version }: NonNullable<JobEntry["template"]>) =>
    words.versionOf(roles.find(({ id }) => id === role_id)?.name ?? words.goneRole, version);
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    [words.model, job.model || undefined],
    [words.systemPrompt, nameOfPrompt(job.system_prompt, roles) || undefined],
    [words.template, job.template === null ? undefined : nameOfTemplate(job.template)],
    [words.attempts, words.attemptOf(job.attempt, job.attempts)],
    [words.created, momentText(job.created_at)],
    [words.started, job.started_at === null ? undefined : momentText(job.started_at)],
    [words.duration, duration === undefined ? undefined : msText(duration)],
    [words.finished, job.finished_at === null ? undefined : momentText(job.finished_at)],
    [words.tokens, tokens?.toLocaleString(document.documentElement.lang)],
    [words.priority, job.priority === 0 ? undefined : String(job.priority)],
    [words.callback, job.callback_url ?? undefined],
  ];
  return (
    <dl className="job-facts">
      {facts.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}
