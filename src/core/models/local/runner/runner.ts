/*
 * The process that llama.cpp lives in: what makes native code abort ends this one and not the server. It is started with
 * the address of node-llama-cpp's module and the bytes that models may take, and ends when the server does.
 */
import { setPriority } from "node:os";
import type * as LlamaCpp from "node-llama-cpp";
import { answer } from "./answer.ts";
import { failureOf } from "./failed.ts";
import { createLoadedModels } from "./loaded-models.ts";
import type { Ask, FromRunner, ToRunner } from "./messages.ts";
import { createOutbox } from "./outbox.ts";

const [address = "", maxBytes = "0"] = process.argv.slice(2);
const running = new Map<number, AbortController>();
const send = (message: FromRunner) => process.send?.(message);
const note = (level: "info" | "warn") => (message: string) => send({ kind: "note", level, message });

try {
  setPriority(5); // who reads from the server waits for its process, not for this one
} catch {
  // forbidden in some containers: then the machine shares its time evenly
}

const opening = open();
opening.catch(() => {}); // told to each who asks

process.on("disconnect", () => process.kill(process.pid, "SIGKILL")); // threads of llama.cpp may be at work
process.on("message", (message: ToRunner) => {
  if (message.kind === "cancel") running.get(message.id)?.abort();
  else void run(message);
});

async function open() {
  const lib = (await import(address)) as typeof LlamaCpp;
  let complaint = "";
  const llama = await lib.getLlama({
    gpu: "auto",
    build: "never",
    skipDownload: true,
    maxThreads: 0, // each context says how many it wants
    logLevel: lib.LlamaLogLevel.error,
    logger: (_level, message) => {
      complaint ||= message.trim(); // the first one says what is wrong, the others what came of it
      note("warn")(message.trim());
    },
  });
  const takeComplaint = () => {
    const taken = complaint;
    complaint = "";
    return taken;
  };
  const models = createLoadedModels(
    { lib, llama, takeComplaint },
    { maxBytes: Number(maxBytes), note: note("info") },
  );
  return { lib, llama, models };
}

async function run(ask: Ask): Promise<void> {
  const { id } = ask;
  const stopping = new AbortController();
  const { signal } = stopping;
  running.set(id, stopping);
  const outbox = createOutbox((pieces) => send({ kind: "said", id, pieces }));
  try {
    const { lib, llama, models } = await opening;
    const { loaded, release } = await models.use(
      ask.model,
      (done) => send({ kind: "loading", id, done }),
      signal,
    );
    try {
      const tools = { lib, llama, say: outbox.add, warn: note("warn"), signal };
      const { reason, counted, leftOut } = await answer(loaded, ask, tools);
      outbox.flush();
      send({ kind: "ended", id, reason, counted, leftOut });
    } finally {
      release();
    }
  } catch (error) {
    outbox.flush();
    send({ kind: "failed", id, failure: failureOf(error) }); // after a cancel nobody listens
  } finally {
    running.delete(id);
  }
}
