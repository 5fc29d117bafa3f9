import { setTimeout as sleep } from "node:timers/promises";
import { models } from "./models.ts";
import { openStream, skeletonSource } from "./stream-client.ts";

/** Tokens come so far apart, in ms. */
const apart = 20;

/** Streams for a while, with something else going on. @returns ms that each token came after its time. */
export async function delaysDuring(
  url: string,
  token: string,
  count: number,
  meanwhile: () => Promise<unknown>,
): Promise<readonly number[]> {
  const delays: number[] = [];
  let counting = false;
  const streams = [];
  for (let index = 0; index < count; index += 1) {
    let last: number | undefined;
    const stream = openStream(skeletonSource(url, token), models.long, (_count, at) => {
      if (last !== undefined && counting) delays.push(at - last - apart);
      last = at;
    });
    streams.push(stream);
    await sleep(1000 / count);
  }
  await Promise.all(streams.map(({ firstToken }) => firstToken));
  await sleep(1_000);
  counting = true;
  await meanwhile();
  counting = false;
  for (const stream of streams) stream.abort();
  await stopTurns(url, token);
  return delays;
}

/** Ends what runs for a user: a turn goes on when its reader leaves, and would run beneath whatever is measured next. */
async function stopTurns(url: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const listed = await fetch(`${url}/api/v1/threads?details=true&limit=1000`, { headers });
  const threads = (await listed.json()) as readonly { readonly running_turn?: string | null }[];
  const running = threads.flatMap(({ running_turn: turn }) => (turn ? [turn] : []));
  if (running.length === 0) throw new Error("no answer runs that could be stopped");
  const stop = async (turn: string) => {
    const stopped = await fetch(`${url}/api/v1/turns/${turn}/stop`, { method: "POST", headers });
    if (!stopped.ok) throw new Error(`a turn could not be stopped: ${await stopped.text()}`);
  };
  await Promise.all(running.map(stop));
}
