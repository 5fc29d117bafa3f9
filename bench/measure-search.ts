import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../test/crash/random.ts";
import { userName, users } from "./seed.ts";
import { signIn } from "./sign-in.ts";
import { quantile } from "./statistics.ts";
import { atMost, digits, type Row } from "./table.ts";
import { delaysDuring } from "./token-delays.ts";
import { randomWord, word } from "./words.ts";

/** Searches as people type them: a rare word, two words, a frequent word, the beginning of one, a phrase. */
function* queries(): Generator<string, never> {
  const random = seededRandom(42);
  while (true) {
    yield word(random.between(5_000, 40_000));
    yield `${randomWord(random)} ${randomWord(random)}`;
    yield word(random.between(0, 50));
    yield word(random.between(500, 20_000)).slice(0, 4);
    yield `"${word(random.between(0, 20))} ${word(random.between(0, 20))}"`;
  }
}

/** Looks for one thing after the other as different users, for a while. @returns ms of each. */
export async function searchFor(
  url: string,
  tokens: readonly string[],
  lastsMs: number,
): Promise<readonly number[]> {
  const times: number[] = [];
  const start = performance.now();
  for (const query of queries()) {
    const authorization = `Bearer ${tokens[times.length % tokens.length]}`;
    const asked = performance.now();
    const response = await fetch(`${url}/api/v1/search?q=${encodeURIComponent(query)}`, {
      headers: { authorization },
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the search "${query}" was answered with ${response.status}`);
    times.push(performance.now() - asked);
    if (performance.now() - start > lastsMs) break;
  }
  return times;
}

export async function measureSearch(url: string, messages: number, lastsMs: number): Promise<readonly Row[]> {
  const tokens = await Promise.all(Array.from({ length: users }, (_, index) => signIn(url, userName(index))));
  const [streamer = ""] = tokens;
  await searchFor(url, tokens, lastsMs / 2); // what lies on the disk into memory
  const alone = await searchFor(url, tokens, lastsMs);
  const quiet = await delaysDuring(url, streamer, 100, () => sleep(lastsMs));
  let busy: readonly number[] = [];
  const delayed = await delaysDuring(url, streamer, 100, async () => {
    busy = await searchFor(url, tokens, lastsMs);
  });
  const [worst, worstQuiet] = [delayed, quiet].map((delays) => Math.max(...chunked(delays)));
  const many = messages.toLocaleString("en");
  const caused = (worst ?? 0) - (worstQuiet ?? 0);
  const times = (all: readonly number[]) => `p50 ${digits(quantile(all, 0.5))} ms, p95`;
  return [
    {
      row: `search over ${many} messages of ${users} users`,
      measured: `${times(alone)} ${digits(quantile(alone, 0.95))} ms`,
    },
    {
      row: "search while 100 streams run",
      measured: `${times(busy)} ${digits(quantile(busy, 0.95))} ms (${busy.length} searches)`,
      target: "p95 ≤ 50 ms",
      ok: quantile(busy, 0.95) <= 50,
    },
    atMost(
      "token delay that searching causes, longest with minus longest without",
      Math.max(0, caused),
      20,
      "ms",
      ` (longest ${digits(worst ?? 0)} ms, p99.9 ${digits(quantile(delayed, 0.999))} ms; without: ${digits(worstQuiet ?? 0)}, ${digits(quantile(quiet, 0.999))} ms)`,
    ),
  ];
}

/** The largest of each thousand: `Math.max` takes no more arguments than the stack holds. */
function chunked(values: readonly number[]): readonly number[] {
  const largest: number[] = [];
  for (let at = 0; at < values.length; at += 1000) largest.push(Math.max(...values.slice(at, at + 1000)));
  return largest;
}
