import { Room, type RoomProps } from "../rooms/room.tsx";
import { JobList } from "./job-list.tsx";
import { JobView } from "./job-view.tsx";
import { useJobWords } from "./use-job-words.ts";
import "./jobs.css";

/** Turns that nobody need watch: all of the reader's, or one of them. */
export function JobsPage({ jobId, ...room }: RoomProps & { readonly jobId: number | undefined }) {
  const words = useJobWords();
  return (
    <Room key={jobId ?? "all"} title={jobId === undefined ? words.title : words.titleOf(jobId)} {...room}>
      {jobId === undefined ? <JobList /> : <JobView id={jobId} />}
    </Room>
  );
}
