import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logger } from "../../../protocols/plugin.ts";
import { UpstreamError } from "../upstream-error.ts";
import type { Ask, FromRunner, ToRunner } from "./runner/messages.ts";

/** Everything that a request's runner says of it; the last one is `ended` or `failed`. */
export type Told = Extract<FromRunner, { readonly id: number }>;

type Waiting = {
  readonly told: Told[];
  wake(): void;
  /** Its model is being loaded. */
  loads: boolean;
  /** Something of the answer has come. */
  begun: boolean;
  failure?: Ended;
};

/** The runner is no more. */
type Ended = {
  readonly error: UpstreamError;
  /** It was not this request that ended it, as far as anybody can tell. */
  readonly innocent: boolean;
};

export type Runner = {
  /**
   * Asks, and yields what the runner says, as much at once as has come. Starts the runner where none runs. Whoever
   * leaves, or aborts, cancels the request. Where the runner dies before anything of the answer was said, the next one is
   * asked, once.
   * @throws `upstream_broken` when the runner dies; `upstream_unusable` when it dies while it loads the model; the signal's
   * reason.
   */
  ask(request: Omit<Ask, "kind" | "id">, signal: AbortSignal): AsyncGenerator<readonly Told[], void>;
  close(): void;
};

export type RunnerOptions = {
  /** Address of node-llama-cpp's module. */
  readonly module: string;
  /** Bytes of memory for all loaded models. */
  readonly maxBytes: number;
  readonly log: Logger;
};

/** A runner sees of the environment what finding libraries and graphics cards takes, and no key of anybody's. */
const passedOn =
  /^(PATH|HOME|TMPDIR|TEMP|TMP|SystemRoot|LD_LIBRARY_PATH|DYLD_.*|CUDA_.*|NVIDIA_.*|HIP_.*|VK_.*|GGML_.*|LLAMA_.*|OMP_.*|NODE_LLAMA_CPP_.*|NODE_COMPILE_CACHE)$/i;

/**
 * The process in which llama.cpp runs: one for the server, started with the first request. When it dies, all that it
 * was doing fails, and the next request starts another.
 */
export function createRunner({ module, maxBytes, log }: RunnerOptions): Runner {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let nextId = 0;

  function start(): ChildProcess {
    const suffix = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
    const script = fileURLToPath(new URL(`./runner/runner${suffix}`, import.meta.url));
    const started = fork(script, [module, String(maxBytes)], {
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name))),
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let lastWords = "";
    started.stderr?.on("data", (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-2000);
    });
    started.on("message", (message: FromRunner) => {
      if (message.kind === "note") log[message.level]({}, `llama.cpp: ${message.message}`);
      else {
        const asked = waiting.get(message.id);
        if (asked === undefined) return;
        asked.loads = message.kind === "loading" && message.done < 1;
        asked.begun ||= message.kind === "said";
        asked.told.push(message);
        asked.wake();
      }
    });
    const died = (how: string) => {
      if (child !== started) return;
      child = undefined;
      log.error({ how, lastWords }, "models: the process of llama.cpp has ended");
      failAll(({ loads }) => (loads ? endedLoading(how) : { error: ended(how), innocent: true }));
    };
    started.on("error", (error) => died(error.message));
    started.on("exit", (code, signal) => died(signal ?? `exit code ${code}`));
    return started;
  }

  function failAll(failure: (asked: Waiting) => Ended): void {
    for (const asked of waiting.values()) {
      asked.failure = failure(asked);
      asked.wake();
    }
  }

  /** While nobody waits for an answer, the process must not keep the server from ending. */
  function hold(): void {
    if (child === undefined) return;
    const pipes = [child, child.channel, child.stderr as { ref?(): void; unref?(): void } | null];
    for (const pipe of pipes) (waiting.size > 0 ? pipe?.ref : pipe?.unref)?.call(pipe);
  }

  /** One request of one runner. @returns `true` where another one may be asked the same. */
  async function* once(
    request: Omit<Ask, "kind" | "id">,
    signal: AbortSignal,
    mayAskAgain: boolean,
  ): AsyncGenerator<readonly Told[], boolean> {
    signal.throwIfAborted();
    const id = ++nextId;
    let news = Promise.withResolvers<void>();
    const asked: Waiting = { told: [], loads: false, begun: false, wake: () => news.resolve() };
    waiting.set(id, asked);
    child ??= start();
    hold();
    const send = (message: ToRunner) => child?.send(message, () => {}); // one that died says so by its exit
    send({ kind: "ask", id, ...request });
    signal.addEventListener("abort", asked.wake, { once: true });
    let over = false;
    try {
      while (!over) {
        await news.promise;
        news = Promise.withResolvers();
        signal.throwIfAborted();
        const told = asked.told.splice(0);
        over = told.some(({ kind }) => kind === "ended" || kind === "failed");
        if (told.length > 0) yield told;
        if (asked.failure === undefined || over) continue;
        over = true;
        if (mayAskAgain && asked.failure.innocent && !asked.begun) return true;
        throw asked.failure.error;
      }
      return false;
    } finally {
      signal.removeEventListener("abort", asked.wake);
      waiting.delete(id);
      if (!over) send({ kind: "cancel", id });
      hold();
    }
  }

  return {
    async *ask(request, signal) {
      if (yield* once(request, signal, true)) yield* once(request, signal, false);
    },
    close() {
      const ending = child;
      child = undefined;
      ending?.kill("SIGKILL"); // it holds nothing that has to be kept
      failAll(() => ({ error: ended("the server stops"), innocent: false }));
    },
  };
}

const hint =
  "Check the model's file with `skeleton models info`, see that memory suffices, or choose another model.";

const ended = (how: string): UpstreamError =>
  new UpstreamError("upstream_broken", `The process of llama.cpp has ended: ${how}.`, { hint });

/** It would end the next process too. */
const endedLoading = (how: string): Ended => ({
  error: new UpstreamError(
    "upstream_unusable",
    `The process of llama.cpp has ended while it loaded this model: ${how}.`,
    { hint },
  ),
  innocent: false,
});
