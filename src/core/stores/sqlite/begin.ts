import type { Connection } from "./connection.ts";
import { isLocked } from "./failures.ts";

/** 20 ms, doubling, seven waits: some two and a half seconds in all. */
export const LOCK_DELAYS_MS: readonly number[] = [20, 40, 80, 160, 320, 640, 1280];

/**
 * Takes the write lock, waiting a little longer each time while another process has it. Blocks its thread, which has
 * nothing else to do. The jitter keeps two waiting processes from asking at the same moments for ever.
 * @throws SQLite's error when the lock is still held after the last wait.
 */
export function beginImmediate(connection: Connection, delaysMs: readonly number[]): void {
  for (const delayMs of [...delaysMs, undefined]) {
    try {
      connection.run("begin immediate");
      return;
    } catch (error) {
      if (!isLocked(error) || delayMs === undefined) throw error;
      sleep(delayMs * (0.75 + Math.random() / 2));
    }
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
