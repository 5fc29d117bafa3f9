import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import type { JobState } from "../jobs/job.ts";
import type { JobRow } from "../jobs/job-row.ts";
import { given } from "../lib/given.ts";
import { type JobsAccess, jobStates, jobsAccess, type NewJob } from "./jobs-access.ts";
import type { LoadMain } from "./main-module.ts";
import { plain } from "./plain.ts";
import { readPrompt } from "./read-prompt.ts";

const out = (line: string): void => void process.stdout.write(`${line}\n`);

type Json = { readonly json?: true };
type ListFlags = Json & {
  readonly state?: JobState;
  readonly thread?: string;
  readonly model?: string;
  readonly limit: number;
};
type SubmitFlags = Json & {
  readonly model?: string;
  readonly systemPrompt?: string;
  readonly instructions?: string;
  readonly thread?: string;
  readonly attempts?: number;
  readonly timeout?: number;
  readonly wait?: true;
};

/** `skeleton jobs`: a user's jobs, on a running server or in the data folder. */
export function jobsCommand(main: LoadMain): Command {
  const jobs = new Command("jobs")
    .description("Submit, list, show, cancel and retry jobs: answers that nobody waits for.")
    .option("--url <url>", "on this running server (SKELETON_URL); without it, in the data folder")
    .option(
      "--token <token>",
      "token for the server (SKELETON_TOKEN; or SKELETON_USER and SKELETON_PASSWORD)",
    )
    .option("--user <name>", "whose jobs, in the data folder (default: the only user)");

  /** Opens the jobs for one command, and lets go of them. */
  const withJobs =
    <Flags>(act: (access: JobsAccess, flags: Flags, words: readonly string[]) => Promise<void>) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command;
      const access = await jobsAccess(command.optsWithGlobals(), main);
      try {
        await act(access, command.opts<object>() as Flags, command.args);
      } finally {
        await access.close();
      }
    };

  jobs
    .command("list", { isDefault: true })
    .description("Your jobs, newest first: number, state, attempts, model, thread, beginning of the prompt.")
    .addOption(new Option("--state <state>", "only those that are").choices(jobStates))
    .option("-t, --thread <id>", "only those of this thread")
    .option("-m, --model <name>", "only those of this model")
    .option("-n, --limit <jobs>", "at most so many", positive, 50)
    .option("--json", "a line of JSON each, as the server answers")
    .action(
      withJobs<ListFlags>(async (access, { state, thread, model, limit, json }) => {
        const rows = await access.list({ limit, ...given({ state, threadId: thread, model }) });
        for (const row of rows) out(json ? JSON.stringify(row) : line(row));
      }),
    );

  jobs
    .command("submit")
    .description("Have something answered later; prints the job's number, or with --wait its answer.")
    .argument("[words...]", "the prompt; what is piped in is put below it")
    .option("-m, --model <name>", "model (default: the thread's, else the server's default)")
    .option("-s, --system-prompt <key>", "key of a system prompt or role")
    .option("--instructions <text>", "for this job alone, in place of the system prompt")
    .option("-t, --thread <id>", "go on in this thread; made where it is not there")
    .option("--attempts <times>", "how often it is tried in all", positive)
    .option("--timeout <seconds>", "how long one attempt may take", positive)
    .option("--wait", "wait for its end: exit code 1 unless it is done")
    .option("--json", "print the job as JSON")
    .action(
      withJobs<SubmitFlags>(async (access, flags, words) => {
        const prompt = await readPrompt(words, process.stdin);
        if (prompt === "") jobs.error("error: there is no prompt: give one as arguments, or pipe it in");
        const job = await access.submit({ prompt, ...newJobOf(flags) });
        if (!flags.wait) return out(flags.json ? JSON.stringify(job) : String(job.id));
        tellEnd(await ended(access, job), flags);
      }),
    );

  jobs
    .command("show")
    .description("A job and what came of it: exit code 1 for one that failed or was cancelled.")
    .argument("<number>", "the job", positive)
    .option("--json", "as the server answers")
    .action(
      withJobs<Json>(async (access, { json }, [id]) => {
        const job = await access.show(Number(id));
        out(json ? JSON.stringify(job) : page(job));
        if (job.state === "error" || job.state === "cancelled") process.exitCode = 1;
      }),
    );

  for (const verb of ["cancel", "retry"] as const) {
    jobs
      .command(verb)
      .description(
        verb === "cancel"
          ? "Cancel a job: it never runs, or stops soon; one that is over stays as it is."
          : "Submit what a job that is over asked for once more; prints the number of the new one.",
      )
      .argument("<number>", "the job", positive)
      .option("--json", "print the job as JSON")
      .action(
        withJobs<Json>(async (access, { json }, [id]) => {
          const job = await access[verb](Number(id));
          if (json) out(JSON.stringify(job));
          else out(verb === "retry" ? String(job.id) : `${job.id}\t${job.state}`);
        }),
      );
  }
  return jobs;
}

function newJobOf(flags: SubmitFlags): Omit<NewJob, "prompt"> {
  const { model, systemPrompt, instructions, thread: threadId, attempts, timeout } = flags;
  const timeoutMs = timeout && timeout * 1000;
  return given({ model, systemPrompt, instructions, threadId, attempts, timeoutMs });
}

const isOver = ({ state }: JobRow): boolean => state !== "queued" && state !== "processing";

async function ended(access: JobsAccess, job: JobRow): Promise<JobRow> {
  let now = job;
  for (let pauseMs = 100; !isOver(now); pauseMs = Math.min(2_000, pauseMs * 1.5)) {
    await sleep(pauseMs);
    now = await access.show(job.id);
  }
  return now;
}

function tellEnd(job: JobRow, { json }: Json): void {
  if (job.state !== "done") process.exitCode = 1;
  if (json) out(JSON.stringify(job));
  else if (job.state === "done") out(job.result ?? "");
  else process.stderr.write(`Job ${job.id}: ${job.state}. ${plain(job.result ?? "")}\n`);
}

const line = ({ id, state, attempt, attempts, model, thread_id, prompt }: JobRow): string =>
  [id, state, `${attempt}/${attempts}`, model || "-", thread_id, plain(prompt.slice(0, 60))].join("\t");

function page(job: JobRow): string {
  const facts = {
    job: job.id,
    state: job.state,
    model: job.model || "-",
    thread: job.thread_id,
    attempt: `${job.attempt} of ${job.attempts}`,
    created: job.created_at,
    started: job.started_at ?? "-",
    finished: job.finished_at ?? "-",
  };
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
  const result = job.result === null ? [] : ["", job.result];
  return [...lines, "", `> ${job.prompt.replaceAll("\n", "\n> ")}`, ...result].join("\n");
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError("It is a whole number from 1.");
}
