import { Room, type RoomProps } from "../rooms/room.tsx";
import { JobList } from "./job-list.tsx";
import { JobView } from "./job-view.tsx";
import { useJobWords } from "./use-job-words.ts";
import "./jobs.css";

type Props = RoomProps & {
  readonly jobId: number | undefined;
  /** Whose jobs are shown first; those of all threads can be chosen there. */
  readonly threadId: string | undefined;
};

/** Turns that nobody need watch: all of the reader's, those of a thread, or one of them. */
export function JobsPage({ jobId, threadId, ...room }: Props) {
  const words = useJobWords();
  const title = jobId === undefined ? words.title : words.titleOf(jobId);
  return (
    <Room key={jobId ?? `of ${threadId}`} title={title} {...room}>
      {jobId === undefined ? <JobList threadId={threadId} /> : <JobView id={jobId} />}
    </Room>
  );
}
