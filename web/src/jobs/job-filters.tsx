import { useId } from "react";
import type { JobFilter } from "../api/job-calls.ts";
import type { JobEntry, JobPage } from "../api/wire.ts";
import { useJobWords } from "./use-job-words.ts";

const states = ["queued", "processing", "done", "error", "cancelled"] as const;

type Props = {
  readonly filter: JobFilter;
  readonly onFilter: (filter: JobFilter) => void;
  /** Those that are shown: what they have can be looked for. */
  readonly rows: readonly JobEntry[];
  readonly counts: JobPage["counts"];
  readonly titleOf: (threadId: string) => string;
};

/** Which jobs are shown. */
export function JobFilters({ filter, onFilter, rows, counts, titleOf }: Props) {
  const words = useJobWords();
  const group = useId();
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const models = distinct(
    rows.map(({ model }) => model),
    filter.model,
  );
  const threads = distinct(
    rows.map(({ thread_id }) => thread_id),
    filter.threadId,
  );
  const number = (count: number) => count.toLocaleString(document.documentElement.lang);
  return (
    <div className="job-filters">
      <fieldset className="job-states">
        <legend className="unseen">{words.state}</legend>
        {([undefined, ...states] as const).map((state) => (
          <label key={state ?? "all"}>
            <input
              type="radio"
              name={group}
              checked={filter.state === state}
              onChange={() => onFilter({ ...filter, state })}
            />
            {state === undefined ? words.all : words.states[state]}{" "}
            <span className="quiet">{number(state === undefined ? total : counts[state])}</span>
          </label>
        ))}
      </fieldset>
      <select
        aria-label={words.model}
        value={filter.model ?? ""}
        onChange={({ target }) => onFilter({ ...filter, model: target.value || undefined })}
      >
        <option value="">{words.anyModel}</option>
        {models.map((model) => (
          <option key={model}>{model}</option>
        ))}
      </select>
      <select
        aria-label={words.conversation}
        value={filter.threadId ?? ""}
        onChange={({ target }) => onFilter({ ...filter, threadId: target.value || undefined })}
      >
        <option value="">{words.anyThread}</option>
        {threads.map((id) => (
          <option key={id} value={id}>
            {titleOf(id)}
          </option>
        ))}
      </select>
    </div>
  );
}

const distinct = (values: readonly string[], chosen: string | undefined): readonly string[] =>
  [...new Set(chosen === undefined ? values : [chosen, ...values])].filter((value) => value !== "");
