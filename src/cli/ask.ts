import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { answerCalls } from "./answer-calls.ts";
import { askHere } from "./ask-here.ts";
import { askServer } from "./ask-server.ts";
import { configurationFor } from "./configuration.ts";
import { failureText } from "./failure-text.ts";
import type { LoadMain } from "./main-module.ts";
import { type PlanFlags, planModeOf } from "./plan-flag.ts";
import { printAnswer } from "./print-answer.ts";
import { printCommand } from "./print-command.ts";
import type { Begun, Question } from "./question.ts";
import { readPrompt } from "./read-prompt.ts";
import { serverAccess } from "./server-access.ts";
import { stoppedEarly } from "./stopped-early.ts";

type Flags = PlanFlags & {
  readonly config?: string;
  readonly model?: string;
  readonly systemPrompt?: string;
  readonly thread?: string;
  readonly json?: true;
  readonly thinking?: true;
  readonly verbose?: true;
  readonly yes?: true;
  readonly url?: string;
  readonly token?: string;
  readonly user?: string;
};

/** `skeleton ask`: one question, its answer on stdout. */
export function askCommand(main: LoadMain): Command {
  const command = new Command("ask")
    .description("Ask a model, here or on a running server, and print its answer as it comes.")
    .argument(
      "[words...]",
      "the question, or a slash command such as /models; what is piped in is put below it",
    )
    .option("-m, --model <name>", "model (default: the thread's, else the server's default)")
    .option("-s, --system-prompt <key>", "key of a system prompt")
    .option("-t, --thread <id>", "go on in this thread")
    .option("--plan <planner:answerer>", "let one model plan and another carry the plan out")
    .option("--no-plan", "answer without a plan, in a thread that has one")
    .option("--review", "with --plan: look at the plan before it is carried out")
    .option("--thinking", "show the model's reasoning on stderr")
    .option("--json", "print each event as one line of JSON")
    .option("-v, --verbose", "show thread id, tools and tokens on stderr")
    .option(
      "-y, --yes",
      "allow every tool that wants to be allowed, and every plan (default: ask at a terminal, else refuse)",
    )
    .option("--url <url>", "ask this running server (SKELETON_URL); without it, ask in this process")
    .option(
      "--token <token>",
      "token for the server (SKELETON_TOKEN; or SKELETON_USER and SKELETON_PASSWORD)",
    )
    .option("--user <name>", "as whom to ask in this process (default: the only user)");
  return command.action(async (words: readonly string[]) => {
    const content = await readPrompt(words, process.stdin);
    if (content === "") command.error("error: there is no question: give one as arguments, or pipe it in");
    await ask(content, command.optsWithGlobals<Flags>(), main);
  });
}

async function ask(content: string, flags: Flags, main: LoadMain): Promise<void> {
  const question: Question = {
    content,
    ...(flags.model === undefined ? {} : { model: flags.model }),
    ...(flags.systemPrompt === undefined ? {} : { systemPrompt: flags.systemPrompt }),
    ...(flags.thread === undefined ? {} : { threadId: flags.thread }),
    ...planModeOf(flags),
  };
  const early = stoppedEarly();
  const asking = begin(question, flags, main);
  const begun = await Promise.race([asking, early.told]);
  if (begun === undefined) {
    // Told to stop before the turn had begun: it has to be stopped as soon as it has.
    await early.withinReason(asking.then(stopAndClose, () => {}));
    return;
  }
  const print = {
    json: flags.json ?? false,
    out: (text: string) => void process.stdout.write(text),
    err: (text: string) => void process.stderr.write(text),
  };
  const { said, asked } = begun;
  if (said !== undefined) {
    const done = printCommand(said, { ...print, inThread: flags.thread !== undefined });
    if (!done) process.exitCode = 1;
  }
  if (asked === undefined) return begun.close();
  early.onStop(() => asked.stop());
  const answering = answerCalls({
    answer: asked.answer,
    yes: flags.yes ?? false,
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: askTerminal } : {}),
    err: print.err,
    failed(error) {
      process.stderr.write(`${failureText(error)}\n`);
      process.exitCode ??= 1;
      void asked.stop().catch(() => {}); // where it cannot be stopped either, the connection says so
    },
  });
  try {
    const outcome = await Promise.race([
      printAnswer(asked.events, {
        ...print,
        thinking: flags.thinking ?? false,
        verbose: flags.verbose ?? false,
        styled: process.stderr.isTTY === true && !process.env.NO_COLOR,
        consent: answering.hear,
      }),
      early.done,
    ]);
    if (outcome === "interrupted" && process.exitCode === undefined)
      process.stderr.write("The answer was stopped before its end.\n");
    if (outcome !== "done") process.exitCode ??= 1;
  } finally {
    answering.close();
    await begun.close();
  }
}

/** What is typed in answer; nothing when the terminal is closed. */
async function askTerminal(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT")); // it is for the command, not for the question
  try {
    const closed = once(terminal, "close", { signal }).then(() => "");
    return await Promise.race([terminal.question(question, { signal }), closed]);
  } catch (error) {
    if (signal.aborted) process.stderr.write("\n");
    throw error;
  } finally {
    terminal.close();
  }
}

async function begin(question: Question, flags: Flags, main: LoadMain): Promise<Begun> {
  const { access, user } = await serverAccess(flags);
  if (access !== undefined) return askServer(question, access);
  const configFile = flags.config;
  const loaded = await configurationFor(configFile === undefined ? {} : { configFile });
  return askHere(question, { loaded, user, main });
}

async function stopAndClose(begun: Begun): Promise<void> {
  await begun.asked?.stop();
  await begun.close();
}
