/*
 * Loaded into a measured process beside its own program: answers its parent with what the whole process, threads
 * included, has used so far. JavaScript, because stripping types would be measured with it.
 */
process.on("message", (message) => {
  if (message === "usage after gc") globalThis.gc?.();
  else if (message !== "usage") return;
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  process.send?.({ cpuUs: userCPUTime + systemCPUTime, rss: process.memoryUsage.rss() });
});
process.channel?.unref();
