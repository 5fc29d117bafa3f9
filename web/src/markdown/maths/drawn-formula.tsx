import { useLayoutEffect, useMemo, useRef } from "react";
import { reachable } from "../reachable.ts";
import { drawFormula } from "./draw-formula.ts";
import { type FormulaProps, FormulaSource } from "./formula-source.tsx";

export function DrawnFormula({ tex, display }: FormulaProps) {
  const place = useRef<HTMLSpanElement>(null);
  const drawn = useMemo(() => drawFormula(tex, display), [tex, display]);
  useLayoutEffect(() => {
    if (drawn === undefined || place.current === null) return;
    place.current.replaceChildren(drawn);
    if (display) reachable(place.current);
  }, [drawn, display]);
  if (drawn === undefined) return <FormulaSource tex={tex} display={display} />;
  return <span ref={place} className={display ? "formula display" : "formula"} dir="ltr" />;
}
