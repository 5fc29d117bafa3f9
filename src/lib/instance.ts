import { readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Names a user of the store among all that share it, by machine, process number and start of the process, and so tells
 * other processes how to see whether it lives.
 */
export const instanceId = (newId: () => string): string =>
  `${machine()}:${process.pid}:${Math.round(performance.timeOrigin)}:${newId()}`;

/** One that was not heard of for so long is gone, and what it had is taken over; see silence.ts. Four missed signs of life. */
export const leaseMs = 20_000;

/** How often one that has nothing else to write shows that it lives. */
export const signOfLifeMs = 5_000;

/**
 * Whether an instance is gone. On the same machine one look tells, if a process has one instance at a time; of another
 * machine only its signs of life are known. A process number that is in use again by somebody else falls under the
 * second rule.
 * @param silent whether it was for a lease.
 */
export function isGone(instance: string, self: string, silent: boolean): boolean {
  if (instance === self) return false;
  if (silent) return true;
  const [host, pid] = instance.split(":");
  if (host !== machine()) return false;
  // Another life under our own number: containers always have the same one.
  if (Number(pid) === process.pid) return true;
  return !isAlive(Number(pid));
}

/** The same where a process may have several instances, as tests do: of one beside us only its signs of life tell. */
export function isGoneAmongSeveral(instance: string, self: string, silent: boolean): boolean {
  const beside = instance !== self && processOf(instance) === processOf(self);
  return beside ? silent : isGone(instance, self, silent);
}

const processOf = (instance: string): string => instance.split(":", 3).join(":");

/**
 * Where process numbers mean the same: a container on its host's network has the host's name and numbers of its own.
 * Initial namespaces are alike everywhere, so the name is needed too.
 */
function machine(): string {
  try {
    return `${hostname()}/${readlinkSync("/proc/self/ns/pid").replace(/\D/g, "")}`;
  } catch {
    return hostname(); // no Linux
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it is there, and somebody else's
  }
}
