import type { IncomingMessage } from "node:http";
import { StringDecoder } from "node:string_decoder";
import type { ModelEvent } from "../../../protocols/model.ts";
import type { UpstreamTimeouts } from "../provider.ts";
import { broken, silent } from "../upstream-error.ts";
import type { AnswerReader } from "./answer-reader.ts";

/** A reader this far behind, in bytes of the upstream's text, makes the upstream wait. */
const highWater = 256 * 1024;
/** How long the connection is kept for what may follow a finish: usage, or the proper end of the body. */
const afterFinishMs = 5_000;

/**
 * The events of an answer as its bytes come: those of one network read, or of all reads since the reader last looked,
 * as one batch. `data` callbacks feed the parser without a promise in between; the only `await` is one a batch.
 * What came before a failure is handed over first. Returning early, aborting or failing closes the socket at once.
 * @throws `upstream_timeout`, `upstream_broken`, whatever `reader` throws; the signal's reason.
 */
export async function* readBatches(
  response: IncomingMessage,
  reader: AnswerReader,
  options: Pick<UpstreamTimeouts, "firstByteMs" | "idleMs"> & {
    readonly provider: string;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<readonly ModelEvent[], void> {
  const { provider, signal, firstByteMs, idleMs } = options;
  const decoder = new StringDecoder("utf8");
  let pending: ModelEvent[] = [];
  let pendingBytes = 0;
  let over = false;
  let failure: { readonly error: unknown } | undefined;
  let wake: (() => void) | undefined;
  let silence = setTimeout(() => fail(silent(provider, firstByteMs, "byte of an answer")), firstByteMs);

  function tell(): void {
    wake?.();
    wake = undefined;
  }
  function fail(error: unknown): void {
    if (over) return;
    over = true;
    failure = { error };
    clearTimeout(silence);
    response.destroy();
    tell();
  }
  /** The upstream has said all it had to say. */
  function finish(): void {
    if (over) return;
    try {
      reader.end(pending);
    } catch (error) {
      fail(error);
      return;
    }
    over = true;
    clearTimeout(silence);
    if (!response.complete) letGo(response);
    tell();
  }
  function waitForMore(): void {
    clearTimeout(silence);
    silence = reader.finished
      ? setTimeout(finish, Math.min(idleMs, afterFinishMs))
      : setTimeout(() => fail(silent(provider, idleMs, "more of its answer")), idleMs);
  }

  let waitingFor: "first" | "more" | "end" = "first";
  response.on("data", (bytes: Buffer) => {
    if (over) return;
    try {
      reader.feed(decoder.write(bytes), pending);
    } catch (error) {
      return fail(error);
    }
    if (reader.done) return finish();
    const waits = reader.finished ? "end" : "more";
    if (waits === waitingFor) silence.refresh();
    else {
      waitingFor = waits;
      waitForMore();
    }
    pendingBytes += bytes.length;
    if (pendingBytes > highWater && pending.length > 0) {
      response.pause();
      clearTimeout(silence); // it is the reader who is silent now
    }
    if (pending.length > 0) tell();
  });
  response.once("end", finish);
  response.on("error", (cause) => {
    if (reader.finished) finish();
    else fail(broken(provider, "broke off", { cause, retriable: true }));
  });
  response.once("close", finish);
  const abort = () => fail(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });

  try {
    while (true) {
      if (signal.aborted) throw signal.reason;
      if (pending.length > 0) {
        const batch = pending;
        pending = [];
        pendingBytes = 0;
        if (!over && response.isPaused()) {
          response.resume();
          waitForMore();
        }
        yield batch;
      } else if (failure !== undefined) throw failure.error;
      else if (over) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener("abort", abort);
    clearTimeout(silence);
    if (!over) {
      over = true;
      response.destroy();
    }
  }
}

/** The answer is complete but its body has not ended: a second for the socket to become free again, then it is cut. */
function letGo(response: IncomingMessage): void {
  const cut = setTimeout(() => response.destroy(), 1_000);
  cut.unref();
  response.once("close", () => clearTimeout(cut));
  response.resume();
}
