import type { Browser } from "playwright-core";
import type { ScriptedUpstream } from "../../src/testkit/scripted-upstream.ts";
import { median, quantile } from "../statistics.ts";
import { atMost, digits, type Row } from "../table.ts";
import { answerTokens } from "./answer-text.ts";
import { heapMb, openWindow, readable, workMs } from "./window.ts";

const perSecond = 200;

type Stream = {
  readonly seconds: number;
  readonly frames: number;
  readonly tasks: readonly number[];
  readonly keys: readonly { readonly handled: number; readonly drawn: number }[];
  readonly heap: number;
  readonly heapFresh: number;
  readonly script: number;
  readonly layout: number;
};

/** A long answer as it comes, with somebody typing the next message meanwhile. */
export async function measureStream(
  browser: Browser,
  url: string,
  upstream: ScriptedUpstream,
  { tokens, rounds }: { readonly tokens: number; readonly rounds: number },
): Promise<readonly Row[]> {
  const text = answerTokens(tokens);
  upstream.script(() => ({
    steps: [{ tokens: text, pace: pacer() }, { finish: "stop" }, { done: true }],
  }));
  const all: Stream[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await streamOnce(browser, url));
  const mid = (of: (stream: Stream) => number) => median(all.map(of));
  const keys = all.flatMap((stream) => stream.keys);
  const handled = keys.map((key) => key.handled);
  const drawn = keys.map((key) => key.drawn);
  const tasks = mid((stream) => stream.tasks.length);
  const longest = Math.max(0, ...all.flatMap((stream) => stream.tasks));
  const what = `streaming ${tokens.toLocaleString("en")} tokens at ${perSecond}/s`;
  const frames = mid((stream) => stream.frames / stream.seconds);
  const fresh = mid((stream) => stream.heapFresh);
  return [
    { ...atMost(`${what}: long tasks`, tasks, 0, "", `, the longest ${digits(longest)} ms`) },
    { row: `${what}: frames`, measured: `${digits(frames)} /s`, target: "≥ 55 /s", ok: frames >= 55 },
    {
      row: `${what}: main thread busy`,
      measured: `${digits(mid((s) => s.script / s.seconds / 10))} % script, ${digits(mid((s) => s.layout / s.seconds / 10))} % style and layout`,
    },
    atMost(
      "JS heap after it, against the same thread freshly loaded",
      mid((s) => s.heap - s.heapFresh),
      5,
      "MB more",
      ` than ${digits(fresh)} MB`,
    ),
    atMost(
      "a key while it streams, to handled, p95",
      quantile(handled, 0.95),
      16,
      "ms",
      `, p50 ${digits(median(handled))} ms`,
    ),
    atMost(
      "a key while it streams, to the end of the next frame, p50",
      median(drawn),
      16,
      "ms",
      `, p95 ${digits(quantile(drawn, 0.95))} ms`,
    ),
  ];
}

async function streamOnce(browser: Browser, url: string): Promise<Stream> {
  const window = await openWindow(browser, url);
  const { page, read } = window;
  await page.goto(url);
  const composer = page.getByRole("textbox", { name: "Message" });
  await composer.fill("Tell me everything.");
  await composer.press("Enter");
  await readable(window);
  await page.waitForTimeout(1_000);
  const before = await workMs(window);
  await read("probe.frames = 0; probe.tasks = []; probe.keys = [];");
  const from = performance.now();
  const end = page.getByRole("button", { name: "Send (Enter)" });
  while (!(await end.isVisible())) {
    await page.keyboard.press("x");
    await page.waitForTimeout(150);
  }
  const seconds = (performance.now() - from) / 1000;
  const after = await workMs(window);
  const seen = await read<Pick<Stream, "frames" | "tasks" | "keys">>(
    `({ frames: probe.frames, tasks: probe.tasks.map(({ duration }) => duration),
        keys: probe.keys.filter(({ drawn }) => drawn !== undefined) })`,
  );
  await page.waitForTimeout(1_000);
  const heap = await heapMb(window);
  await page.reload();
  await readable(window);
  await page.waitForTimeout(1_500);
  const heapFresh = await heapMb(window);
  await window.close();
  return {
    ...seen,
    ...{ seconds, heap, heapFresh },
    script: after.script - before.script,
    layout: after.layout - before.layout,
  };
}

/** Lets tokens go on a clock of their own: one that comes late does not hold back the others. */
function pacer(): (index: number) => Promise<unknown> | undefined {
  const begun = performance.now();
  return (index) => {
    const early = begun + (index * 1000) / perSecond - performance.now();
    return early > 1 ? new Promise((resolve) => setTimeout(resolve, early)) : undefined;
  };
}
