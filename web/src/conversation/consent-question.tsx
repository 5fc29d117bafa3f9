import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { answerCall } from "../api/calls.ts";
import { withoutMarks } from "../words/isolate.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import type { CallPart } from "./answer-parts.ts";
import { LazyEditArguments } from "./lazy-edit-arguments.tsx";
import { readableArguments } from "./main-argument.ts";

type Props = {
  readonly part: Pick<CallPart, "callId" | "name" | "arguments" | "why" | "once" | "again">;
  readonly turnId: string;
  /** The buttons are about to go: the place where whoever pressed one goes on. */
  readonly onAnswer: () => void;
};

/** Whether a call may run: asked where it stands, until it is answered here or anywhere else. */
export function ConsentQuestion({ part, turnId, onAnswer }: Props) {
  const { conversation: words } = useWords();
  const id = useId();
  const { mutate, isPending, isSuccess, error } = useMutation({ mutationFn: answerCall });
  const { callId, why, once, again } = part;
  const [editing, setEditing] = useState(false);
  const name = withoutMarks(part.name);
  const input = part.arguments.trim();
  const answer = (approve: boolean, args?: string) => {
    mutate({ turnId, callId, approve, args });
    onAnswer();
  };
  const busy = isPending || isSuccess;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent with a form
    <div className="inset consent" role="group" aria-labelledby={id}>
      {/* An alert is read out although nobody moved there: the answer waits for it. */}
      <p id={id} className="consent-question" role="alert">
        {again ? words.runAgain(name) : (why ?? (once ? words.mayRunInThread(name) : words.mayRun(name)))}
      </p>
      {editing && (
        <LazyEditArguments
          text={readableArguments(input || "{}")}
          busy={busy}
          onSend={(args) => answer(true, args)}
          onCancel={() => setEditing(false)}
        />
      )}
      {!editing && input !== "" && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
        <pre className="tool-text" dir="auto" tabIndex={0} aria-label={words.toolArguments} role="note">
          {readableArguments(input)}
        </pre>
      )}
      {!editing && (
        <div className="consent-answers">
          <button type="button" className="primary" disabled={busy} onClick={() => answer(true)}>
            {words.allow}
          </button>
          <button type="button" className="secondary" disabled={busy} onClick={() => answer(false)}>
            {words.dontAllow}
          </button>
          <button type="button" className="secondary" disabled={busy} onClick={() => setEditing(true)}>
            {words.editArguments}
          </button>
        </div>
      )}
      {error !== null && <Notice error={error} />}
    </div>
  );
}
