/** Failures that Node reports by a code alone, in words. */
const systemFailures: Readonly<Record<string, (error: SystemError) => readonly [string, string]>> = {
  EADDRINUSE: ({ port }) => [
    `Port ${port} is in use.`,
    "Stop what listens there, or choose another port: `skeleton serve --port 8001`, or SKELETON_PORT.",
  ],
  EACCES: ({ port, path }) =>
    port === undefined
      ? [`${path ?? "A file"} may not be opened.`, "Check its owner and mode, or choose another data folder."]
      : [
          `Port ${port} may not be opened.`,
          "Ports below 1024 are for the administrator: choose a higher one.",
        ],
  EADDRNOTAVAIL: ({ address }) => [
    `${address ?? "The host"} is not an address of this machine.`,
    "Set `host` (--host, SKELETON_HOST) to 0.0.0.0, 127.0.0.1 or an address of your own.",
  ],
  ENOTFOUND: ({ hostname }) => [
    `The name ${hostname ?? "of the host"} cannot be resolved.`,
    "Check how `host` (--host, SKELETON_HOST) is written.",
  ],
};

type SystemError = {
  readonly code?: unknown;
  readonly message?: string;
  readonly hint?: unknown;
  readonly port?: number;
  readonly address?: string;
  readonly path?: string;
  readonly hostname?: string;
};

/** What happened, and below it, set in, what to do. Never a stack trace. */
export function failureText(error: unknown): string {
  const thrown = (typeof error === "object" && error !== null ? error : {}) as SystemError;
  if (typeof thrown.hint === "string" && thrown.hint !== "")
    return `${thrown.message ?? ""}\n  ${thrown.hint}`;
  const known = systemFailures[String(thrown.code)];
  if (known !== undefined) return known(thrown).join("\n  ");
  return error instanceof Error ? error.message : String(error);
}
