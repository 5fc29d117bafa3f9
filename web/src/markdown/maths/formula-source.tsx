export type FormulaProps = { readonly tex: string; readonly display: boolean };

/** A formula as it was written. */
export const FormulaSource = ({ tex, display }: FormulaProps) => (
  <code className={display ? "formula-source display" : "formula-source"} dir="ltr">
    {tex}
  </code>
);
