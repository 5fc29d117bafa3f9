import { SkeletonError } from "../../../lib/errors.ts";
import { nearest } from "../../../lib/nearest.ts";

/** What is picked from, for example `{ one: "model", several: "models", command: "/models" }`. */
export type PickKind = { readonly one: string; readonly several: string; readonly command: string };

/**
 * The one of this name, else the first that begins so, else the only one that holds it, whatever the case.
 * @throws `bad_input` with those that hold it, or the nearest one.
 */
export function pick<T>(wanted: string, items: readonly T[], nameOf: (item: T) => string, kind: PickKind): T {
  const begun = wanted.toLowerCase();
  const small = (item: T) => nameOf(item).toLowerCase();
  const found =
    items.find((item) => nameOf(item) === wanted) ??
    items.find((item) => small(item) === begun) ??
    items.find((item) => small(item).startsWith(begun));
  if (found !== undefined) return found;
  const holding = items.filter((item) => small(item).includes(begun));
  const [only, ...others] = holding;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    const names = holding.slice(0, 5).map(nameOf);
    const more = holding.length > names.length ? ", ..." : "";
    throw new SkeletonError(
      "bad_input",
      `There are several ${kind.several} with "${wanted}" in their name.`,
      {
        hint: `Say which: ${names.join(", ")}${more}.`,
      },
    );
  }
  throw missing(wanted, items.map(nameOf), kind);
}

/** Nothing has this name; the nearest that something has is suggested. */
export function missing(wanted: string, names: readonly string[], { one, command }: PickKind): SkeletonError {
  const near = nearest(wanted, names);
  return new SkeletonError("bad_input", `There is no ${one} "${wanted}".`, {
    hint: near === undefined ? `\`${command}\` shows what there is.` : `Did you mean ${near}?`,
  });
}

/** A numbered list as Markdown, under a title. */
export const numbered = (title: string, lines: readonly string[]): string =>
  [`${title}\n`, ...lines.map((line, index) => `${index + 1}. ${line}`)].join("\n");
