import { lazy, type ReactNode, Suspense } from "react";
import { textOf } from "../text-of.ts";
import { FormulaSource } from "./formula-source.tsx";

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
