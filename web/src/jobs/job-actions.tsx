import { RotateCcw, Square } from "lucide-react";
import { useState } from "react";
import type { JobEntry } from "../api/wire.ts";
import { newKey } from "../lib/new-key.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { useJobWords } from "./use-job-words.ts";
import { useCancelJob, useRetryJob } from "./use-jobs.ts";

type Props = {
  readonly job: JobEntry;
  readonly onRetried: (again: JobEntry) => void;
  readonly onError: (error: unknown) => void;
};

/** What can be done with a job: an end for one that is not over, another one like it for one that is. */
export function JobActions({ job, onRetried, onError }: Props) {
  const words = useJobWords();
  const cancel = useCancelJob();
  const retry = useRetryJob();
  const [key, setKey] = useState(newKey); // a click again after one that failed makes no second job
  if (job.finished_at === null) {
    return (
      <IconButton
        name={words.cancelOf(job.id)}
        icon={Square}
        disabled={cancel.isPending}
        onClick={() => cancel.mutate(job.id, { onError })}
      />
    );
  }
  return (
    <IconButton
      name={words.retryOf(job.id)}
      icon={RotateCcw}
      disabled={retry.isPending}
      onClick={() =>
        retry.mutate(
          { id: job.id, key },
          {
            onError,
            onSuccess: (again) => {
              setKey(newKey());
              onRetried(again);
            },
          },
        )
      }
    />
  );
}
