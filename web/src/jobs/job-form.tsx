import { useEffect, useRef, useState } from "react";
import type { JobEntry } from "../api/wire.ts";
import { newKey } from "../lib/new-key.ts";
import { Field } from "../rooms/field.tsx";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { ModelField } from "./model-field.tsx";
import { submitOn } from "./submit-on.ts";
import { TemplateFields } from "./template-fields.tsx";
import { useJobWords } from "./use-job-words.ts";
import { useSubmitJob } from "./use-jobs.ts";
import { useOffered } from "./use-offered.ts";
import { useVoiceFields } from "./use-voice-fields.ts";

type Props = {
  /** Where it goes on, if nothing else is written there. */
  readonly threadId: string | undefined;
  readonly onDone: (job: JobEntry) => void;
  readonly onCancel: () => void;
};

/** A job by hand. A prompt or role that is chosen fills the instructions with all its lines, which can be changed for this job. */
export function JobForm({ threadId: of = "", onDone, onCancel }: Props) {
  const words = useJobWords();
  const { common } = useWords();
  const { models, prompts, roles } = useOffered();
  const submit = useSubmitJob();
  const [key] = useState(newKey); // trying again makes no second one
  const [tried, setTried] = useState(false);
  const [prompt, setPrompt] = useState("");
  const [model, setModel] = useState("");
  const voice = useVoiceFields(roles);
  const [threadId, setThreadId] = useState(of);
  const form = useRef<HTMLFormElement>(null);
  const first = useRef<HTMLTextAreaElement>(null);
  useEffect(() => first.current?.focus(), []);

  const send = () => {
    setTried(true);
    if (prompt.trim() === "" || voice.isLacking) {
      // Once the faults are drawn, the first of them has the focus.
      const focusFault = () => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
      requestAnimationFrame(focusFault);
      return;
    }
    const json = {
      prompt,
      ...(model !== "" && { model }),
      ...voice.json(),
      ...(threadId.trim() !== "" && { thread_id: threadId.trim() }),
    };
    if (!submit.isPending) submit.mutate({ json, key }, { onSuccess: onDone });
  };
  return (
    <form
      ref={form}
      className="room-form"
      aria-label={words.make}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onCancel();
        submitOn(event);
      }}
    >
      <Field label={words.prompt} fault={tried && prompt.trim() === "" ? words.noPrompt : undefined}>
        {(field) => (
          <textarea
            {...field}
            ref={first}
            dir="auto"
            value={prompt}
            onChange={({ target }) => setPrompt(target.value)}
          />
        )}
      </Field>
      <div className="room-fields">
        <ModelField models={models} value={model} onChange={setModel} />
        <Field label={words.systemPrompt}>
          {(field) => (
            <select {...field} value={voice.chosen} onChange={({ target }) => voice.choose(target.value)}>
              <option value="">{words.threadPrompt}</option>
              {roles.map((role) => (
                <option key={role.key} value={role.key}>
                  {role.name}
                </option>
              ))}
              {prompts.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.conversation} hint={words.conversationHint}>
          {(field) => (
            <input
              {...field}
              type="text"
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              value={threadId}
              onChange={({ target }) => setThreadId(target.value)}
            />
          )}
        </Field>
      </div>
      <TemplateFields voice={voice} tried={tried} />
      <Field label={words.instructions} hint={words.instructionsHint}>
        {(field) => (
          <textarea
            {...field}
            dir="auto"
            value={voice.instructions}
            onChange={({ target }) => voice.write(target.value)}
          />
        )}
      </Field>
      {voice.error !== undefined && <Notice error={voice.error} />}
      {submit.isError && <Notice error={submit.error} />}
      <div className="room-answers">
        <button type="button" className="text-button" onClick={onCancel}>
          {common.cancel}
        </button>
        <button type="submit" className="primary" disabled={submit.isPending}>
          {words.handIn}
        </button>
      </div>
    </form>
  );
}
