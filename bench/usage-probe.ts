/*
 * Loaded into a measured process beside its own program: answers its parent with what the whole process, threads
 * included, has used so far.
 */

export type Usage = {
  /** User and system time, in µs. */
  readonly cpuUs: number;
  /** Resident memory in bytes. */
  readonly rss: number;
};

process.on("message", (message) => {
  if (message === "usage after gc") globalThis.gc?.();
  else if (message !== "usage") return;
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage: Usage = { cpuUs: userCPUTime + systemCPUTime, rss: process.memoryUsage.rss() };
  process.send?.(usage);
});
process.channel?.unref();
