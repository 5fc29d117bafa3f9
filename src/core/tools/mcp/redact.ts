import type { Config } from "../../../protocols/config.ts";

type Secrets = Pick<Config["mcp_servers"][string], "env" | "headers" | "args">;

/** Shorter texts are words that stand everywhere. */
const MIN_LENGTH = 6;

/**
 * Takes what a server was given to keep out of what it says, for programs like to repeat it when they complain: its
 * variables, its headers, and arguments that are keys by their name or hold a password. A folder among the arguments is
 * no secret, and a model has to know it.
 */
export function redactor({ env, headers, args }: Secrets): (text: string) => string {
  const keys = args.filter((arg, at) => isKey(args[at - 1] ?? "") || isKey(arg) || /:\/\/[^/]*@/.test(arg));
  const values = [...Object.values(env), ...Object.values(headers), ...keys];
  // `Bearer sk-...` and `--token=sk-...` are repeated without what is in front, too
  const secrets = [...new Set(values.flatMap((value) => [value, ...value.split(/[\s=]+/)]))]
    .filter((value) => value.length >= MIN_LENGTH && !/^-/.test(value))
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, "(hidden)"), text);
}

const isKey = (arg: string): boolean => /^-.*(key|token|secret|pass|auth)/i.test(arg);
