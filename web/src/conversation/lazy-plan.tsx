import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { answerCall } from "../api/calls.ts";
import { PlainText } from "../markdown/plain-text.tsx";
import type { PlanPart } from "./answer-parts.ts";
import type { PlanProps } from "./plan.tsx";

/** See `LazyMarkdown`: what cannot be loaded is read as it was written. */
const Drawn = lazy(() =>
  import("./plan.tsx").then(
    ({ Plan }) => ({ default: Plan }),
    () => ({ default: PlainPlan }),
  ),
);

type Props = {
  readonly part: PlanPart;
  readonly live: boolean;
  /** Of the turn, as long as it runs. */
  readonly turnId: string | undefined;
};

/** A plan, which most conversations have none of: what draws it is loaded with the first one. */
export function LazyPlan({ part, live, turnId = "" }: Props) {
  const { mutate, isPending, isSuccess, error } = useMutation({ mutationFn: answerCall });
  const props: PlanProps = {
    ...{ part, live, turnId, error },
    asks: turnId !== "" && part.consent === "asked",
    busy: isPending || isSuccess,
    onAnswer: (approve, args) => mutate({ turnId, callId: "plan", approve, args }),
  };
  return (
    <Suspense fallback={<PlainPlan {...props} />}>
      <Drawn {...props} />
    </Suspense>
  );
}

const PlainPlan = ({ part }: PlanProps) => <PlainText text={part.said} />;
