import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { longThreads } from "../seed.ts";
import { median } from "../statistics.ts";
import { atMost, digits, type Row } from "../table.ts";
import { openWindow, readable, type Window, workMs } from "./window.ts";

const built = (name: string) => fileURLToPath(new URL(`../../web/dist/${name}`, import.meta.url));

/** The page with a conversation, loaded with an empty cache: what it costs, and how soon it can be used. */
export async function measureLoad(browser: Browser, url: string, times: number): Promise<readonly Row[]> {
  const slow = await loads(browser, url, times, 4);
  const full = await loads(browser, url, times, 1);
  const kilobytes = await neededScripts(browser, url);
  return [
    atMost("JavaScript before the conversation can be read, gzipped", kilobytes, 130, "KB"),
    atMost("interactive, CPU 4x slower, median", median(slow.map((load) => load.interactive)), 1000, "ms"),
    ofAll("conversation readable, CPU 4x slower, median", slow, "ms"),
    ofAll("conversation readable, CPU as it is, median", full, "ms"),
  ];
}

type Load = {
  readonly readable: number;
  readonly interactive: number;
  readonly script: number;
};

const ofAll = (row: string, all: readonly Load[], unit: string): Row => ({
  row,
  measured: `${digits(median(all.map((load) => load.readable)))} ${unit}, ${digits(median(all.map(({ script }) => script)))} ms of it script`,
});

async function loads(browser: Browser, url: string, times: number, slower: number): Promise<readonly Load[]> {
  const all: Load[] = [];
  for (let index = 0; index <= times; index += 1) {
    const window = await openWindow(browser, url);
    await window.devtools.send("Emulation.setCPUThrottlingRate", { rate: slower });
    const load = await loadOnce(window, `${url}/#/t/${longThreads.messages1000}`);
    if (index > 0) all.push(load); // the first one warms the server
    await window.close();
  }
  return all;
}

/** Scripts that the page itself names, gzipped, in KB; it throws where a conversation cannot be read with them alone. */
async function neededScripts(browser: Browser, url: string): Promise<number> {
  const html = readFileSync(built("index.html"), "utf8");
  const named = [...html.matchAll(/\/(static\/[^"]+\.js)"/g)].flatMap(([, name]) => name ?? []);
  const window = await openWindow(browser, url);
  await window.page.route("**/*.js", (route) =>
    named.some((name) => route.request().url().endsWith(name)) ? route.continue() : route.abort(),
  );
  await window.page.goto(`${url}/#/t/${longThreads.messages1000}`, { waitUntil: "commit" });
  await readable(window);
  await window.close();
  return named.reduce((sum, name) => sum + statSync(`${built(name)}.gz`).size, 0) / 1000;
}

async function loadOnce(window: Window, address: string): Promise<Load> {
  await window.page.goto(address, { waitUntil: "commit" });
  const at = await readable(window);
  const { script } = await workMs(window);
  // What holds the page up soon after the conversation is there: its Markdown is drawn, the list beside it.
  await window.page.waitForTimeout(1_500);
  const lastBusy = await window.read<number>(
    "Math.max(0, ...probe.tasks.map(({ startTime, duration }) => startTime + duration))",
  );
  return { script, readable: at, interactive: Math.max(at, lastBusy) };
}

/** From the click on a long thread, or on a hit in the middle of it, to its messages on the screen. */
export async function measureThread(browser: Browser, url: string, times: number): Promise<readonly Row[]> {
  const thread = longThreads.messages2000;
  return [
    await opening(browser, url, times, "opening a thread of 2,000 messages", `#/t/${thread}`),
    await opening(
      browser,
      url,
      times,
      "going to a hit in the middle of it",
      `#/t/${thread}/m/${thread}.1000`,
    ),
  ];
}

async function opening(
  browser: Browser,
  url: string,
  times: number,
  what: string,
  hash: string,
): Promise<Row> {
  const all: { ms: number; script: number }[] = [];
  for (let index = 0; index <= times; index += 1) {
    const window = await openWindow(browser, url);
    await window.page.goto(`${url}/`);
    await window.page.getByRole("navigation").getByRole("link").nth(3).waitFor();
    await window.page.waitForTimeout(700);
    const before = await workMs(window);
    const asked = await window.read<number>(
      `probe.watch(); location.hash = ${JSON.stringify(hash)}; performance.now()`,
    );
    const ms = (await readable(window)) - asked;
    if (index > 0) all.push({ ms, script: (await workMs(window)).script - before.script });
    await window.close();
  }
  const script = digits(median(all.map((one) => one.script)));
  return atMost(
    `${what}, to readable, median`,
    median(all.map(({ ms }) => ms)),
    300,
    "ms",
    `, ${script} ms of it script`,
  );
}
