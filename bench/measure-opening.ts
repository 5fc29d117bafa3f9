import { setTimeout as sleep } from "node:timers/promises";
import { startSkeleton } from "./processes.ts";
import { emptyFolder, longThreads, removeFolder } from "./seed.ts";
import { median } from "./statistics.ts";
import { atMost, digits, type Row } from "./table.ts";

/** Reads a thread of 2,000 messages whole, and its last page. */
export async function measureOpening(url: string, token: string): Promise<readonly Row[]> {
  const times = async (query: string) => {
    const all: number[] = [];
    for (let index = 0; index < 40; index += 1) {
      const asked = performance.now();
      const path = `/api/v1/threads/${longThreads.messages2000}/messages?details=true${query}`;
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
      const rows = (await response.json()) as readonly unknown[];
      if (rows.length < 100) throw new Error(`the thread has only ${rows.length} messages`);
      all.push(performance.now() - asked);
    }
    return median(all);
  };
  const [whole, page] = [await times(""), await times("&limit=100")];
  return [
    {
      row: "opening a thread of 2,000 messages, p50",
      measured: `${digits(whole)} ms whole, ${digits(page)} ms its last 100`,
    },
  ];
}

/** From the start of the process to its first good answer; and its memory once nothing happens. */
export async function measureStart(upstream: string, times: number): Promise<readonly Row[]> {
  const folder = await emptyFolder();
  const ready: number[] = [];
  let [early, rss] = [0, 0];
  for (let index = 0; index <= times; index += 1) {
    const server = await startSkeleton(folder, upstream);
    if (index > 0) ready.push(server.readyMs); // the first one makes the database and fills the disk's cache
    if (index === times) {
      await sleep(3_000);
      early = (await server.usage()).rss / 2 ** 20;
      await sleep(30_000); // what loading left behind is given back after some 20 s without work
      rss = (await server.usage()).rss / 2 ** 20;
    }
    await server.end();
  }
  removeFolder(folder);
  const span = ` (${digits(Math.min(...ready))} to ${digits(Math.max(...ready))})`;
  return [
    atMost("process start to first answer, median", median(ready), 800, "ms", span),
    atMost("idle memory after half a minute", rss, 120, "MB RSS", ` (${digits(early)} after 3 s)`),
  ];
}
