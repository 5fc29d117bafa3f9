import { Readable } from "node:stream";
import { spec, type TestEvent } from "node:test/reporters";

/** What says that all is well, test by test; left out so that what failed can be found. */
const silent: ReadonlySet<string> = new Set([
  "test:start",
  "test:pass",
  "test:enqueue",
  "test:dequeue",
  "test:complete",
  "test:plan",
  "test:watch:drained",
]);

/** Node's own `spec` report without the tests that passed: what failed as it fails, then the summary. */
export default async function* quiet(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  async function* loud() {
    for await (const event of source) if (!silent.has(event.type)) yield event;
  }
  for await (const chunk of Readable.from(loud()).pipe(new spec())) yield String(chunk);
}
