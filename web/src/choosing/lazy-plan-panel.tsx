import { lazy, Suspense } from "react";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import type { PlanPanelProps } from "./plan-panel.tsx";

const Panel = lazy(() =>
  import("./plan-panel.tsx").then(
    ({ PlanPanel }) => ({ default: PlanPanel }),
    () => ({ default: NotLoaded }),
  ),
);

/** The panel of plan mode, loaded when it is first opened. */
export const LazyPlanPanel = (props: PlanPanelProps) => (
  <Suspense fallback={null}>
    <Panel {...props} />
  </Suspense>
);

/** Browsers remember the failure until a reload. */
const NotLoaded = (_: PlanPanelProps) => <Notice error={useWords().session.pageTrouble} />;
