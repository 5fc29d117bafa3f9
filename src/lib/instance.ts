import { readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Names a user of the store among all that share it, by machine, process number and start of the process, and so tells
 * other processes how to see whether it lives.
 */
export const instanceId = (newId: () => string): string =>
  `${machine()}:${process.pid}:${Math.round(performance.timeOrigin)}:${newId()}`;

/** One that was not heard of for so long is gone, and what it had is taken over. Four missed signs of life. */
export const leaseMs = 20_000;

/** How often one that has nothing else to write shows that it lives. */
export const signOfLifeMs = 5_000;

/**
 * Whether an instance is gone. On the same machine one look tells, if a process has one instance at a time; of another
 * machine only its last sign of life is known. A process number that is in use again by somebody else falls under the
 * second rule.
 */
export function isGone(instance: string, self: string, lastSign: Date, now: Date): boolean {
  if (instance === self) return false;
  if (isSilent(lastSign, now)) return true;
  const [host, pid] = instance.split(":");
  if (host !== machine()) return false;
  // Another life under our own number: containers always have the same one.
  if (Number(pid) === process.pid) return true;
  return !isAlive(Number(pid));
}

/** The same where a process may have several instances, as tests do: of one beside us only its signs of life tell. */
export function isGoneAmongSeveral(instance: string, self: string, lastSign: Date, now: Date): boolean {
  const beside = instance !== self && processOf(instance) === processOf(self);
  return beside ? isSilent(lastSign, now) : isGone(instance, self, lastSign, now);
}

/** Whether the last sign of life is older than a lease. */
export const isSilent = (lastSign: Date, now: Date): boolean => now.getTime() - lastSign.getTime() > leaseMs;

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
