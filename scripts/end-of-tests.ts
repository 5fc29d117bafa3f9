/** Loaded first by each process of `npm test`: whatever a test leaves running, the process ends, says so, and has failed. */
import { writeSync } from "node:fs";
import { after } from "node:test";

/** Several times what the longest one takes on a busy machine. */
const longestMinutes = 20;
/** After the last test: what goes by itself is gone by then, also what waits for something in vain (`until`). */
const minutesToEnd = 1.5;

function endWithin(minutes: number, why: string): void {
  const end = () => {
    const kept = Object.entries(Object.groupBy(process.getActiveResourcesInfo(), (kind) => kind));
    const list = kept.map(([kind, each = []]) => `${each.length} ${kind}`).join(", ");
    writeSync(2, `✖ ${why}, and does not end. What keeps it: ${list}\n`);
    process.exit(1);
  };
  setTimeout(end, minutes * 60_000).unref();
}

endWithin(longestMinutes, `This process of tests has run for ${longestMinutes} min`);
after(() => endWithin(minutesToEnd, `This process of tests has run its last one ${minutesToEnd} min ago`));
