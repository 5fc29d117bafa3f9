import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import type { QuestionView } from "../../../src/turns/fold-turn.ts";
import { answerCall } from "../api/calls.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import type { CallQuestionProps } from "./call-question.tsx";

const Drawn = lazy(() =>
  import("./call-question.tsx").then(
    ({ CallQuestion }) => ({ default: CallQuestion }),
    () => ({ default: NotLoaded }),
  ),
);

type Props = {
  readonly question: QuestionView;
  readonly turnId: string;
  /** It was answered: its buttons are about to go. */
  readonly onAnswer: () => void;
};

/** What a running tool asks, which few conversations have: what draws it is loaded with the first one. */
export function LazyCallQuestion({ question, turnId, onAnswer }: Props) {
  // Not given to `mutate`: the turn may tell first that it was answered, and then this is gone.
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: answerCall,
    onSuccess: onAnswer,
  });
  const { callId } = question;
  return (
    <Suspense fallback={null}>
      <Drawn
        question={question}
        busy={isPending || isSuccess}
        error={error}
        onAnswer={(approve, args) => mutate({ turnId, callId, approve, args })}
      />
    </Suspense>
  );
}

/** Browsers remember the failure until a reload. */
const NotLoaded = (_: CallQuestionProps) => <Notice error={useWords().session.pageTrouble} />;
