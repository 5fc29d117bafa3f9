import { Value } from "typebox/value";
import { type Config, ConfigSchema } from "../../src/protocols/config.ts";
import type { Model, ModelEvent, ModelRequest } from "../../src/protocols/model.ts";
import type { Host } from "../../src/protocols/plugin.ts";

export type LogLine = { readonly level: string; readonly fields: object; readonly message: string };

/** A host with a clock that only moves when told, and everything that was logged. For the tests of this folder. */
export function testHost(models: Record<string, unknown> = {}, port = 0) {
  // `Value.Default` stops at a record's entries
  const given = Object.entries((models.providers ?? {}) as Record<string, object>);
  const providers = given.map(([name, one]) => [name, { type: "openai", headers: {}, prefix: "", ...one }]);
  const whole = { ...models, providers: Object.fromEntries(providers) };
  const config = Value.Default(ConfigSchema, { port, models: whole }) as Config;
  const lines: LogLine[] = [];
  const running = new Set<Promise<void>>();
  const say = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  let clock = Date.parse("2026-01-01T00:00:00Z");
  let ids = 0;
  const host: Host = {
    config,
    log: { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") },
    now: () => new Date(clock),
    newId: () => `id-${++ids}`,
    get: (role) => Promise.reject(new Error(`The tests of models need no ${role}.`)),
    fetch: (url) => Promise.reject(new Error(`The tests of models fetch nothing: ${url}`)),
    background(name, task) {
      const done = task(new AbortController().signal).catch((error: unknown) =>
        say("error")({ name, error: String(error) }, "background"),
      );
      running.add(done);
      done.then(
        () => running.delete(done),
        () => {},
      );
    },
  };
  return {
    host,
    lines,
    advance(ms: number) {
      clock += ms;
    },
    /** Until what runs in the background has ended. */
    async settled() {
      await Promise.all(running);
    },
  };
}

/** All events of an answer, and how it failed if it did. */
export async function hear(
  model: Pick<Model, "generate">,
  request: Partial<ModelRequest> = {},
  signal = new AbortController().signal,
) {
  const events: ModelEvent[] = [];
  const batches: number[] = [];
  let error: (Error & { code?: string; hint?: string; details?: object }) | undefined;
  const whole = { model: "alpha-large", messages: [{ role: "user" as const, content: "Hi" }], ...request };
  try {
    for await (const batch of model.generate(whole, signal)) {
      events.push(...batch);
      batches.push(batch.length);
    }
  } catch (caught) {
    error = caught as Error;
  }
  const said = (kind: ModelEvent["event"]) =>
    events
      .map((event) => (event.event === kind && "content" in event.data ? event.data.content : ""))
      .join("");
  return {
    events,
    batches,
    error,
    text: said("message_tokens"),
    thinking: said("thinking_tokens"),
    calls: events.flatMap((event) => (event.event === "tool_call" ? [event.data] : [])),
    finish: events.flatMap((event) => (event.event === "finish" ? [event.data.reason] : []))[0],
    usage: events.flatMap((event) => (event.event === "usage" ? [event.data] : []))[0],
  };
}
