import { type Draft, leaveLane, leaveLine, markOver } from "./draft.ts";

/** @returns whether it was the user's and not yet over. */
export async function cancelJob(
  draft: Draft,
  { user, id }: { readonly user: string; readonly id: string },
): Promise<boolean> {
  const job = await draft.jobs.get(id);
  if (job === undefined || job.user !== user || job.state === "ending") return false;
  await markOver(draft, job);
  switch (job.state) {
    case "running":
      draft.jobs.put({ ...job, state: "ending" }); // until its run has ended
      break;
    case "held":
      draft.jobs.remove(job);
      break;
    case "ready":
      await leaveLane(draft, job, undefined);
      await leaveLine(draft, job);
      break;
    case "pausing":
      await leaveLine(draft, job);
      break;
  }
  return true;
}
