/**
 * The time as ISO 8601, UTC. Formatting a date costs more than everything else that is done with a token, and many
 * streams speak within the same millisecond: the text is made once for all of them.
 */
export function timeText(now: () => Date): () => string {
  let madeFor = Number.NaN;
  let text = "";
  return () => {
    const date = now();
    const time = date.getTime();
    if (time !== madeFor) {
      text = date.toISOString();
      madeFor = time;
    }
    return text;
  };
}
