import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { models } from "./models.ts";
import { type Measured, startSkeleton } from "./processes.ts";
import { userName } from "./seed.ts";
import { signIn } from "./sign-in.ts";
import { median } from "./statistics.ts";
import { atLeast, atMost, type Row } from "./table.ts";

/** One token at once: what is measured is what a job costs the server. */
const model = models.short;
/** Jobs that wait while everything is measured again. */
const waiting = 100_000;
const callers = 32;
const workers = 32;

type Caller = { readonly post: (path: string, body: object) => Promise<unknown>; readonly end: () => void };

function caller(url: string, token: string): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return {
    post: (path, body) =>
      new Promise((resolve, reject) => {
        const sent = request(url + path, { method: "POST", agent, headers }, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (piece: string) => {
            text += piece;
          });
          response.on("end", () => {
            if (response.statusCode === 202) resolve(JSON.parse(text));
            else reject(new Error(`${path} answered ${response.statusCode}: ${text}`));
          });
        });
        sent.on("error", reject).end(JSON.stringify(body));
      }),
    end: () => agent.destroy(),
  };
}

const job = (priority = 0) => ({
  prompt: "Say something short, please.",
  model,
  ...(priority && { priority }),
});

async function submitMs({ post }: Caller): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 200; n += 1) {
    const start = performance.now();
    await post("/api/v1/jobs", job());
    times.push(performance.now() - start);
  }
  return median(times);
}

async function singles({ post }: Caller, count: number): Promise<number> {
  let left = count;
  const start = performance.now();
  const call = async () => {
    for (; left > 0; left -= 1) await post("/api/v1/jobs", job());
  };
  await Promise.all(Array.from({ length: callers }, call));
  return (count / (performance.now() - start)) * 1000;
}

async function batches({ post }: Caller, count: number, priority = 0): Promise<number> {
  const start = performance.now();
  for (let left = count; left > 0; left -= 500)
    await post("/api/v1/jobs/batch", {
      jobs: Array.from({ length: Math.min(left, 500) }, () => job(priority)),
    });
  return (count / (performance.now() - start)) * 1000;
}

/** From the first to the last of so many that are submitted at once. @returns how many a second. */
async function ran(server: Measured, token: string, count: number): Promise<number> {
  const call = caller(server.url, token);
  const before = await done(server.url);
  const start = performance.now();
  await batches(call, count);
  while ((await done(server.url)) < before + count) await sleep(100); // telling all metrics costs some ms
  call.end();
  return (count / (performance.now() - start)) * 1000;
}

async function done(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/skeleton_jobs_ended_total\{state="done"\} (\d+)/.exec(text)?.[1] ?? 0);
}

/** Jobs over HTTP: how fast they are taken and answered, and whether those that wait make it slower. */
export async function measureJobs(
  upstream: string,
  {
    scratch,
    quick,
    rounds,
  }: { readonly scratch: () => Promise<string>; readonly quick: boolean; readonly rounds: number },
): Promise<readonly Row[]> {
  const many = quick ? 1_000 : 3_000;
  const backlog = quick ? waiting / 10 : waiting;
  const folder = await scratch();
  const idle = await startSkeleton(folder, upstream, { SKELETON_JOB_WORKERS: "0" });
  const call = caller(idle.url, await signIn(idle.url, userName(0)));
  const round = async () => ({
    submit: await submitMs(call),
    single: await singles(call, many),
    batch: await batches(call, many),
  });
  await round(); // warm
  const empty = await round();
  await batches(call, backlog, -1);
  const full = await round();
  call.end();
  await idle.end();

  const run = async (where: string) => {
    const server = await startSkeleton(where, upstream, { SKELETON_JOB_WORKERS: String(workers) });
    const token = await signIn(server.url, userName(1));
    await ran(server, token, many / 3); // warm
    const found = await ran(server, token, many);
    await server.end();
    return found;
  };
  const answered: { readonly alone: number; readonly behind: number }[] = [];
  for (let n = 0; n < rounds; n += 1)
    answered.push({ alone: await run(await scratch()), behind: await run(folder) });
  const thousands = `${backlog / 1000},000`;
  return [
    atMost(
      "a job is taken over HTTP, median",
      empty.submit,
      5,
      "ms",
      ` (${thousands} wait: ${full.submit.toFixed(2)})`,
    ),
    atLeast(`jobs taken a second, ${callers} callers at once`, empty.single, 1_000, "/s"),
    atLeast("jobs taken a second in batches of 500", empty.batch, 1_000, "/s"),
    atLeast(
      `jobs answered a second, ${workers} at once`,
      median(answered.map(({ alone }) => alone)),
      300,
      "/s",
    ),
    atMost(`taking jobs while ${thousands} wait, against none`, empty.single / full.single, 1.2, "x"),
    atMost(
      `answering them while ${thousands} wait, against none`,
      median(answered.map(({ alone, behind }) => alone / behind)),
      1.2,
      "x",
    ),
  ];
}
