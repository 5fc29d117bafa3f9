/** The file in which processes of a test note what they do; see queue-child.ts. */
export const notesFile = "notes.txt";

type Noted = {
  /** Processes that run it. */
  readonly runs: Set<string>;
  key?: string;
  sent: boolean;
  ended: boolean;
  over: boolean;
};

export type Findings = {
  /** Promises that were not kept. */
  readonly faults: readonly string[];
  readonly acknowledged: number;
  /** Runs, and how many of them each process began. */
  readonly begun: number;
  readonly by: ReadonlyMap<string, number>;
};

/**
 * Reads the notes of all processes in the order in which they were made: `sent ID KEY`, `begin ID KEY LINE`, `end ID` and
 * `over ID`, each with the process number behind it; `killing PID` is noted before a process is killed.
 * @param text at the end, when nothing waits and nothing runs.
 */
export function readNotes(text: string): Findings {
  const jobs = new Map<string, Noted>();
  const ids = new Map<string, string>();
  const newest = new Map<string, number>();
  const killed = new Set<string>();
  const by = new Map<string, number>();
  const faults: string[] = [];

  const jobOf = (id: string): Noted => {
    const job = jobs.get(id) ?? { runs: new Set(), sent: false, ended: false, over: false };
    jobs.set(id, job);
    return job;
  };
  const checkKey = (id: string, key: string) => {
    if ((ids.get(key) ?? id) !== id) faults.push(`the key ${key} made the jobs ${ids.get(key)} and ${id}`);
    ids.set(key, id);
  };

  for (const line of text.split("\n").filter((one) => one !== "")) {
    const [what, id = "", ...words] = line.split(" ");
    if (what === "killing") {
      killed.add(id);
      continue;
    }
    const job = jobOf(id);
    const process = words.at(-1) ?? "";
    switch (what) {
      case "sent":
        job.sent = true;
        checkKey(id, words[0] ?? "");
        break;
      case "begin": {
        checkKey(id, words[0] ?? "");
        const others = [...job.runs].filter((other) => !killed.has(other));
        if (others.length > 0) faults.push(`job ${id} runs in ${process} and in ${others}`);
        if (job.over) faults.push(`job ${id} runs again although it is over`);
        const before = newest.get(words[1] ?? "") ?? 0;
        if (Number(id) < before) faults.push(`job ${id} begins after ${before} of its line`);
        newest.set(words[1] ?? "", Number(id));
        by.set(process, (by.get(process) ?? 0) + 1);
        job.runs.add(process);
        break;
      }
      case "end":
        job.runs.delete(process);
        job.ended = true;
        break;
      case "over":
        if (job.over) faults.push(`job ${id} was over twice`);
        job.over = true;
        break;
      default:
        faults.push(`a note that nobody makes: ${line}`);
    }
  }
  for (const [id, { sent, ended }] of jobs) {
    if (sent && !ended) faults.push(`job ${id} was accepted and never ran to its end`);
  }
  const all = [...jobs.values()];
  return {
    faults,
    acknowledged: all.filter(({ sent }) => sent).length,
    begun: [...by.values()].reduce((sum, runs) => sum + runs, 0),
    by,
  };
}
