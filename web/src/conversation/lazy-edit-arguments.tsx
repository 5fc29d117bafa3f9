import { lazy, Suspense } from "react";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import type { EditArgumentsProps } from "./edit-arguments.tsx";

const Editor = lazy(() =>
  import("./edit-arguments.tsx").then(
    ({ EditArguments }) => ({ default: EditArguments }),
    () => ({ default: NotLoaded }),
  ),
);

/** The editor of a call's arguments, loaded when it is first opened. */
export const LazyEditArguments = (props: EditArgumentsProps) => (
  <Suspense fallback={null}>
    <Editor {...props} />
  </Suspense>
);

/** Browsers remember the failure until a reload; the call can be allowed or refused as it is. */
function NotLoaded({ onCancel }: EditArgumentsProps) {
  const { conversation: words, session } = useWords();
  return <Notice error={session.pageTrouble} mend={words.keepArguments} onMend={onCancel} />;
}
