/** Where somebody stands who goes back through what was said: the text in the field, and how many messages back. */
export type Recalled = { readonly text: string; readonly back: number };

/**
 * The message before (`up`) or after the one in the field. Only an empty field or an untouched recalled text is
 * replaced: what somebody is writing is theirs.
 * @param said oldest first.
 * @returns `undefined` when there is nothing further.
 */
export function recall(
  said: readonly string[],
  text: string,
  recalled: Recalled | undefined,
  way: "up" | "down",
): Recalled | undefined {
  const untouched = recalled !== undefined && recalled.text === text;
  if (!untouched && text !== "") return undefined;
  const back = (untouched ? recalled.back : 0) + (way === "up" ? 1 : -1);
  if (back < 0 || back > said.length) return undefined;
  return { back, text: back === 0 ? "" : (said.at(-back) ?? "") };
}
