import type { OtherInstances } from "../../protocols/bus.ts";

/** What instances tell each other: that a job was sent which the teller has no room for. */
const subject = "queue/sent";

/**
 * Has other instances look for jobs at once; one that does not hear of it looks within a moment anyway.
 * @param hear is called when another instance has told.
 */
export function tellingOthers(others: OtherInstances | undefined, hear: () => void) {
  const deaf = others?.listen(subject, hear);
  let telling = false;
  return {
    /** What is sent in one loop of the event loop is told once. */
    tell() {
      if (telling) return;
      telling = true;
      setImmediate(() => {
        telling = false;
        others?.tell(subject, {});
      });
    },
    close: () => deaf?.(),
  };
}
