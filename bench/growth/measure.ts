import { startSkeleton } from "../processes.ts";
import { userName } from "../seed.ts";
import { signIn } from "../sign-in.ts";
import { median } from "../statistics.ts";
import { word } from "../words.ts";
import { rareWord, threadName } from "./fill.ts";
import type { Places } from "./places.ts";
import type { Axis, Population } from "./populations.ts";

/** What must not get slower, as the page asks for it. */
export const calls = ["list", "open", "search", "append"] as const;
export type Call = (typeof calls)[number];

/** Medians of one population, in ms. */
export type Point = {
  readonly size: number;
  readonly times: Readonly<Record<Call, number>>;
  /** A search for a word that one in ten of all messages has: it ranks all of them. */
  readonly frequentMs: number;
  /** From the start of the process to its first good answer. */
  readonly startMs: number;
  /** What the database takes on the disk. */
  readonly bytes: number;
};

/** What was measured of an engine along an axis, smallest first. */
export type Line = {
  readonly engine: Places["engine"];
  readonly axis: Axis;
  readonly points: readonly Point[];
};

const frequentWord = word(20);

/** Every call so many times before it counts, and then so many times. */
const warm = 25;
const times = 60;

export async function measure(places: Places, population: Population, upstream: string): Promise<Point> {
  const place = await places.copy(population);
  const server = await startSkeleton(place.folder, upstream, place.env);
  try {
    const authorization = `Bearer ${await signIn(server.url, userName(0))}`;
    const get = async (path: string): Promise<string> => {
      const response = await fetch(server.url + path, { headers: { authorization } });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text}`);
      return text;
    };
    const rows = async (path: string, wanted: number) => {
      const found = (JSON.parse(await get(path)) as readonly unknown[]).length;
      if (found !== wanted) throw new Error(`${path} gave ${found} rows instead of ${wanted}`);
    };
    const thread = `/api/v1/threads/${threadName(0)}`;
    const shown = Math.min(40, population.messages);
    const list = await timesOf(() => get("/api/v1/threads?pinned=false&details=true&limit=50"));
    const open = await timesOf(() => rows(`${thread}/messages?details=true&limit=40`, shown));
    const search = await timesOf(() => rows(`/api/v1/search?q=${rareWord}`, 10));
    const frequentMs = await timesOf(() => get(`/api/v1/search?q=${frequentWord}`));
    const append = await timesOf(
      () => say(server.url, authorization),
      (turnId) => get(`/api/v1/turns/${turnId}/events`), // till it ends
    );
    return {
      ...{ size: population.size, frequentMs, startMs: server.readyMs, bytes: place.bytes },
      times: { list, open, search, append },
    };
  } finally {
    await server.end();
    await place.remove();
  }
}

/** Resolves once the message is durable, with the turn that answers it. */
async function say(url: string, authorization: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/message`, {
    method: "POST",
    headers: { authorization, accept: "application/json" },
    body: new URLSearchParams({ content: "And what then?", thread_id: threadName(0) }),
  });
  if (!response.ok)
    throw new Error(`a message was answered with ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { readonly turn_id: string }).turn_id;
}

/** The median in ms. `afterwards` is not counted. */
async function timesOf<T>(
  call: () => Promise<T>,
  afterwards?: (result: T) => Promise<unknown>,
): Promise<number> {
  const all: number[] = [];
  for (let index = 0; index < warm + times; index += 1) {
    const asked = performance.now();
    const result = await call();
    if (index >= warm) all.push(performance.now() - asked);
    await afterwards?.(result);
  }
  return median(all);
}
