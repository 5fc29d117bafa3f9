import { lazy, Suspense } from "react";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import type { CallQuestionProps } from "./call-question.tsx";

const Question = lazy(() =>
  import("./call-question.tsx").then(
    ({ CallQuestion }) => ({ default: CallQuestion }),
    () => ({ default: NotLoaded }),
  ),
);

/** What a running tool asks, which few conversations have: what draws it is loaded with the first one. */
export const LazyCallQuestion = (props: CallQuestionProps) => (
  <Suspense fallback={null}>
    <Question {...props} />
  </Suspense>
);

/** Browsers remember the failure until a reload. */
const NotLoaded = (_: CallQuestionProps) => <Notice error={useWords().session.pageTrouble} />;
