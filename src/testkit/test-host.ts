import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkConfig } from "../host/check-config.ts";
import { createHost, type RunningHost } from "../host/create-host.ts";
import { sortableIds } from "../host/new-id.ts";
import type { Config } from "../protocols/config.ts";
import type { Fetch } from "../protocols/fetch.ts";
import type { CorePlugin, Logger } from "../protocols/plugin.ts";

export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: DeepPartial<T[Key]> | undefined }
    : T;

/** A clock that stands still until a test moves it. It begins at 2026-01-01T00:00:00.000Z. */
export type TestClock = {
  now(): Date;
  set(time: Date | string): void;
  advance(ms: number): void;
};

/** A line of the log, as it was written. */
export type LoggedLine = {
  readonly level: keyof Logger;
  readonly fields: object;
  readonly message: string;
};

export type TestHost = RunningHost & {
  readonly clock: TestClock;
  /** Everything logged so far, oldest first. Nothing is printed. */
  readonly logged: readonly LoggedLine[];
};

export type TestHostOptions = {
  /** What differs from the defaults. */
  readonly config?: DeepPartial<Config>;
  /** Treated as built-in ones. */
  readonly plugins?: readonly CorePlugin[];
  /** Default: `clock.now`. */
  readonly now?: () => Date;
  /** Default: `id-1`, `id-2`, ...; `real` makes the ids of production. */
  readonly newId?: (() => string) | "real";
  /** Default: one that fails the test, since nothing was said of what it should answer. */
  readonly fetch?: Fetch;
  /** Hears every line too. */
  readonly log?: Logger;
  /** In ms; default 1,000. */
  readonly shutdownLimitMs?: number;
};

/** The host of production with a clock, ids and a log that a test can see through. Call `shutdown()` at the end. */
export function testHost(options: TestHostOptions = {}): TestHost {
  const clock = testClock();
  const logged: LoggedLine[] = [];
  const now = options.now ?? clock.now;
  const host = createHost({
    config: testConfig(options.config),
    log: recordingLogger(logged, options.log),
    now,
    newId: options.newId === "real" ? sortableIds(now) : (options.newId ?? countingIds()),
    fetch:
      options.fetch ?? (async (url) => assert.fail(`testHost was given no fetch, and was asked for ${url}`)),
    plugins: (options.plugins ?? []).map((plugin) => ({ plugin })),
    shutdownLimitMs: options.shutdownLimitMs ?? 1000,
  });
  return Object.assign(host, { clock, logged });
}

/** A folder that is not there: a test that keeps something says where. */
const nowhere = join(tmpdir(), "skeleton-test-host-keeps-nothing");

/** A complete configuration: the defaults, and what differs from them. Faults fail the test. */
export function testConfig(changes: DeepPartial<Config> = {}): Config {
  const checked = checkConfig({ data_path: nowhere, ...changes });
  if ("config" in checked) return checked.config;
  return assert.fail(checked.faults.map(({ path, message }) => `${path.join(".")} ${message}`).join("\n"));
}

export function testClock(start = "2026-01-01T00:00:00.000Z"): TestClock {
  let ms = Date.parse(start);
  return {
    now: () => new Date(ms),
    set: (time) => {
      ms = new Date(time).getTime();
    },
    advance: (by) => {
      ms += by;
    },
  };
}

/** `id-1`, `id-2`, ... */
export function countingIds(): () => string {
  let count = 0;
  return () => `id-${++count}`;
}

/** Writes every line into `lines`, and to `next` when there is one. */
export function recordingLogger(lines: LoggedLine[], next?: Logger): Logger {
  const write = (level: keyof Logger) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
    next?.[level](fields, message);
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
