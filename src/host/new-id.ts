import { randomBytes } from "node:crypto";

/**
 * Makes UUIDs (version 7) that sort by time of making: also within one millisecond, and when the clock is set back.
 * Across processes they sort to the millisecond. 122 bits, of which 62 are chance.
 */
export function sortableIds(now: () => Date): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const random = randomBytes(10);
    const ms = now().getTime();
    if (ms > lastMs) {
      lastMs = ms;
      counter = random.readUInt16BE(8) & 0x7ff; // the upper half of 12 bits stays free to count in
    } else if (++counter > 0xfff) {
      lastMs += 1; // a little ahead of the clock rather than out of order
      counter = 0;
    }
    random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
    const time = lastMs.toString(16).padStart(12, "0");
    const tail = random.toString("hex", 0, 8);
    const version = (0x7000 | counter).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}
