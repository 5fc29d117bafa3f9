import { lazy, type ReactNode, Suspense } from "react";
import { textOf } from "../text-of.ts";

const DrawnFormula = lazy(() =>
  import("./drawn-formula.tsx").then(
    ({ DrawnFormula: component }) => ({ default: component }),
    () => ({ default: FormulaSource }),
  ),
);

/** A formula. KaTeX is loaded for the first one; until then, and for one that makes no sense, its source stands here. */
export function Formula({ children, ...props }: Record<string, unknown>) {
  const tex = textOf(children as ReactNode);
  const display = props.display === true;
  const open = props.open === true;
  if (open) return <FormulaSource tex={tex} display={display} />;
  return (
    <Suspense fallback={<FormulaSource tex={tex} display={display} />}>
      <DrawnFormula tex={tex} display={display} />
    </Suspense>
  );
}

export type FormulaProps = { readonly tex: string; readonly display: boolean };

export const FormulaSource = ({ tex, display }: FormulaProps) => (
  <code className={display ? "formula-source display" : "formula-source"} dir="ltr">
    {tex}
  </code>
);
