import { hostname } from "node:os";

/** Names this process among all that use the same store, and tells other processes how to see whether it lives. */
export const instanceId = (newId: () => string): string => `${hostname()}:${process.pid}:${newId()}`;

/** A turn whose process was not heard of for so long is taken over. Four missed signs of life. */
export const leaseMs = 20_000;

/** How often a turn that says nothing shows that its process lives. */
export const signOfLifeMs = 5_000;

/**
 * Whether the process that ran something is gone. On the same machine one look tells; of another machine only its
 * last sign of life is known. A process number that is in use again by somebody else falls under the second rule.
 */
export function isGone(instance: string, self: string, lastSign: Date, now: Date): boolean {
  if (instance === self) return false;
  if (now.getTime() - lastSign.getTime() > leaseMs) return true;
  const [host, pid] = instance.split(":");
  if (host !== hostname()) return false;
  // Another life under our own number: containers always have the same one.
  if (Number(pid) === process.pid) return true;
  return !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it is there, and somebody else's
  }
}
