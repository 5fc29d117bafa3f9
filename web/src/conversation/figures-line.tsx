import { useWords } from "../words/language.ts";
import type { Figures } from "./figures.ts";

/** What an answer cost and how fast it came, on one line. */
export function FiguresLine({ figures, id }: { readonly figures: Figures; readonly id: string }) {
  const { conversation: words } = useWords();
  const { read, written, firstTokenSeconds, tokensPerSecond, cost, kept } = figures;
  const told = [
    kept && words.keptAnswer,
    read === undefined ? undefined : words.tokensRead(amount(read)),
    written === undefined ? undefined : words.tokensWritten(amount(written)),
    firstTokenSeconds === undefined ? undefined : words.firstTokenAfter(amount(firstTokenSeconds, 2)),
    tokensPerSecond === undefined ? undefined : words.tokensPerSecond(amount(tokensPerSecond, 1)),
    cost ? dollars(cost) : undefined, // what is free is no news
  ];
  return (
    <p className="aside figures" id={id}>
      {told.filter((words) => words !== undefined).join(" · ")}
    </p>
  );
}

/** A number as the reader writes it; small ones with up to so many digits behind the point. */
const amount = (value: number, digits = 0): string =>
  new Intl.NumberFormat(document.documentElement.lang, {
    maximumFractionDigits: value < 100 ? digits : 0,
  }).format(value);

/** An answer costs fractions of a cent: two digits that say something, wherever they stand. */
const dollars = (value: number): string =>
  new Intl.NumberFormat(document.documentElement.lang, {
    style: "currency",
    currency: "USD",
    ...(value < 1 && { maximumSignificantDigits: 2, minimumSignificantDigits: 2 }),
  }).format(value);
