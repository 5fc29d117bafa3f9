import { type ComponentType, lazy, Suspense } from "react";
import { useWords } from "../words/language.ts";
import { Notice } from "./notice.tsx";

/** A part of the page that is loaded when it is first shown. One that cannot be loaded says so. */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const Part = lazy(() =>
    load().then(
      (part) => ({ default: part }),
      () => ({ default: NotLoaded as ComponentType<Props> }),
    ),
  );
  return (props) => (
    <Suspense fallback={null}>
      <Part {...props} />
    </Suspense>
  );
}

/** Browsers remember the failure until a reload. */
const NotLoaded = () => <Notice error={useWords().session.pageTrouble} />;
