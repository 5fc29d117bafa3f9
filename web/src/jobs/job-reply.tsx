import { useState } from "react";
import type { JobEntry } from "../api/wire.ts";
import { newKey } from "../lib/new-key.ts";
import { Field } from "../rooms/field.tsx";
import { Notice } from "../workspace/notice.tsx";
import { ModelField } from "./model-field.tsx";
import { submitOn } from "./submit-on.ts";
import { useJobWords } from "./use-job-words.ts";
import { useSubmitJob } from "./use-jobs.ts";
import { useOffered } from "./use-offered.ts";

/** What comes next in a job's conversation, as another job: it waits for this one where that is not over. */
export function JobReply({ job, onDone }: { job: JobEntry; onDone: (next: JobEntry) => void }) {
  const words = useJobWords();
  const { models } = useOffered();
  const submit = useSubmitJob();
  const [key] = useState(newKey);
  const [prompt, setPrompt] = useState("");
  const [chosen, setModel] = useState<string>();
  const model = chosen ?? job.model;
  const empty = prompt.trim() === "";
  const send = () => {
    if (empty || submit.isPending) return;
    const json = { prompt, thread_id: job.thread_id, ...(model !== "" && { model }) };
    submit.mutate({ json, key }, { onSuccess: onDone });
  };
  return (
    <form
      className="room-form job-reply"
      aria-label={words.reply}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={submitOn}
    >
      <Field label={words.reply} hint={words.replyHint}>
        {(field) => (
          <textarea {...field} dir="auto" value={prompt} onChange={({ target }) => setPrompt(target.value)} />
        )}
      </Field>
      {submit.isError && <Notice error={submit.error} />}
      <div className="job-reply-foot">
        <ModelField models={models} value={model} onChange={setModel} />
        <button type="submit" className="primary" disabled={empty || submit.isPending}>
          {words.handIn}
        </button>
      </div>
    </form>
  );
}
