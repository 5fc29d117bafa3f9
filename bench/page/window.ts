import type { Browser, CDPSession, Page } from "playwright-core";
import { password, userName } from "../seed.ts";
import { probe } from "./probe.ts";

/** A window of a browser that has nothing in its cache, signed in, with the probe in every page it opens. */
export type Window = {
  readonly page: Page;
  readonly devtools: CDPSession;
  /** What the probe says now, or a part of it. */
  read<Value>(expression: string): Promise<Value>;
  close(): Promise<void>;
};

export async function openWindow(browser: Browser, url: string): Promise<Window> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const data = { username: userName(0), password };
  const answer = await context.request.post(`${url}/login`, { data });
  if (!answer.ok()) throw new Error(`nobody can sign in: ${answer.status()}`);
  await context.addInitScript(probe);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable");
  return {
    page,
    devtools,
    read: (expression) => page.evaluate(expression),
    close: () => context.close(),
  };
}

/** Waits until the conversation that is opened can be read. @returns when that was, on the page's clock, in ms. */
export async function readable({ page, read }: Window): Promise<number> {
  for (let looks = 0; looks < 300; looks += 1) {
    const at = await read<number | undefined>("globalThis.probe?.readable");
    if (at !== undefined) return at;
    await page.waitForTimeout(100);
  }
  throw new Error("The conversation was not there in 30 s.");
}

/** The live objects of a page, in MB, without what could be thrown away. */
export async function heapMb({ devtools }: Window): Promise<number> {
  for (let times = 0; times < 3; times += 1) await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  return usedSize / 2 ** 20;
}

/** How long the page's main thread was busy so far, in ms. */
export async function workMs({ devtools }: Window) {
  const { metrics } = await devtools.send("Performance.getMetrics");
  const ms = (name: string) => 1000 * (metrics.find((metric) => metric.name === name)?.value ?? 0);
  return {
    script: ms("ScriptDuration"),
    layout: ms("LayoutDuration") + ms("RecalcStyleDuration"),
    all: ms("TaskDuration"),
  };
}
