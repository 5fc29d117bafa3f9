/** A thread is called after its first message, cut to 50 characters: where that is known, the header has room for more. */
export function wholeTitle(title: string, firstQuestion: string | undefined): string {
  if (firstQuestion === undefined || !title.endsWith("...")) return title;
  const cut = title.slice(0, -"...".length);
  return firstQuestion.startsWith(cut) ? firstQuestion.slice(0, longest).replace(/\s+/g, " ") : title;
}

/** Characters: more than the widest header shows. */
const longest = 300;
