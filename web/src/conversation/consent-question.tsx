import { useMutation } from "@tanstack/react-query";
import { useId } from "react";
import { answerCall } from "../api/calls.ts";
import { withoutMarks } from "../words/isolate.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import type { CallPart } from "./answer-parts.ts";
import { readableArguments } from "./main-argument.ts";

type Props = {
  readonly part: CallPart;
  readonly turnId: string;
  /** The buttons are about to go: the place where whoever pressed one goes on. */
  readonly onAnswer: () => void;
};

/** Whether a call may run: asked where it stands, until it is answered here or anywhere else. */
export function ConsentQuestion({ part, turnId, onAnswer }: Props) {
  const { conversation: words } = useWords();
  const id = useId();
  const { mutate, isPending, isSuccess, error } = useMutation({ mutationFn: answerCall });
  const { callId, why, once } = part;
  const name = withoutMarks(part.name);
  const input = part.arguments.trim();
  const answer = (approve: boolean) => {
    mutate({ turnId, callId, approve });
    onAnswer();
  };
  const busy = isPending || isSuccess;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent with a form
    <div className="inset consent" role="group" aria-labelledby={id}>
      {/* An alert is read out although nobody moved there: the answer waits for it. */}
      <p id={id} className="consent-question" role="alert">
        {why ?? (once ? words.mayRunInThread(name) : words.mayRun(name))}
      </p>
      {input !== "" && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
        <pre className="tool-text" dir="auto" tabIndex={0} aria-label={words.toolArguments} role="note">
          {readableArguments(input)}
        </pre>
      )}
      <div className="consent-answers">
        <button type="button" className="primary" disabled={busy} onClick={() => answer(true)}>
          {words.allow}
        </button>
        <button type="button" className="secondary" disabled={busy} onClick={() => answer(false)}>
          {words.dontAllow}
        </button>
      </div>
      {error !== null && <Notice error={error} />}
    </div>
  );
}
