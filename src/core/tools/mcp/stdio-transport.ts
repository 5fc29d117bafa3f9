import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { SkeletonError } from "../../../lib/errors.ts";
import { createMeter } from "./meter.ts";
import { type ProcessTree, type Program, startTree } from "./process-tree.ts";
import { MAX_MESSAGE_BYTES, readLines } from "./read-lines.ts";

export type StdioOptions = {
  /** Hears what the program writes to its standard error, line by line. Without it nobody reads that. */
  readonly onStderr: ((line: string) => void) | undefined;
  /** How long it may take to end when its input closes, and again when it is asked to, in ms. */
  readonly graceMs: number;
};

/**
 * A program that speaks MCP on its standard streams. The SDK's own transport reads as fast as the program writes, and
 * ends the program alone and not what it has started.
 */
export function stdioTransport(program: Program, { onStderr, graceMs }: StdioOptions): Transport {
  const closing = new AbortController();
  let tree: ProcessTree | undefined;

  async function read({ child, ended, end }: ProcessTree): Promise<void> {
    let why: Error | undefined;
    try {
      if (child.stdout !== null) await readLines(child.stdout, createMeter(), take, closing.signal);
    } catch (error) {
      why = error instanceof SkeletonError ? error : undefined;
    }
    const byItself = !closing.signal.aborted;
    closing.abort();
    await end(graceMs); // without its output it is of no use, even when it lives on
    if (byItself) transport.onerror?.(why ?? stopped(await ended));
    transport.onclose?.();
  }

  function take(line: string): void {
    const message = parse(line);
    if (message === undefined) return;
    try {
      transport.onmessage?.(message);
    } catch {
      // The SDK writes what it did not expect into an error, and runs out of stack on what is nested very deeply.
      throw unreadable();
    }
  }

  const transport: Transport = {
    async start() {
      tree = await startTree(program, onStderr === undefined ? "ignore" : "pipe");
      const { stderr } = tree.child;
      if (stderr !== null && onStderr !== undefined)
        readLines(stderr, createMeter(), onStderr, closing.signal).catch(() => stderr.resume());
      void read(tree);
    },
    async send(message) {
      const stdin = tree?.child.stdin;
      if (stdin == null || !stdin.writable) throw stopped("its input closed");
      if (stdin.writableLength > MAX_MESSAGE_BYTES) throw deaf();
      stdin.write(`${JSON.stringify(message)}\n`);
    },
    async close() {
      closing.abort();
      await tree?.end(graceMs);
    },
  };
  return transport;
}

/** A line that is no message is what a program prints beside its protocol. */
function parse(line: string): JSONRPCMessage | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSONRPCMessageSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

const deaf = () =>
  new SkeletonError("upstream_broken", "it does not read what it is sent", {
    hint: "Look for a newer version of it.",
  });

const unreadable = () =>
  new SkeletonError("upstream_broken", "it sends a message that cannot be read", {
    hint: "Look for a newer version of it.",
  });

const stopped = (how: string) =>
  new SkeletonError("upstream_broken", `it ended (${how})`, {
    hint: "With `log_level: debug` the log has what it writes to its standard error.",
  });
