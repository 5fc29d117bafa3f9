import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import type { JobRecord, JobRequest } from "../../src/jobs/job.ts";
import { SkeletonError } from "../../src/lib/errors.ts";
import type { Store, Write } from "../../src/protocols/store.ts";
import type { KeptJobs } from "../../src/testkit/memory-queue.ts";
import { mortalStore, type Writing } from "./mortal-store.ts";
import { endWork, openJobs, over, works } from "./scripted-jobs.ts";
import { closeAll, opened, type Script, saysAndWaits, timestamp, tokens, userId } from "./scripted-turns.ts";

type App = Awaited<ReturnType<typeof openJobs>>;

/** What the servers of a job leave to the next one, and what they have done in all. */
type World = {
  readonly store: Store;
  kept: KeptJobs;
  /** How often the model was asked. */
  asked: number;
  /** How often the account was told of an end. */
  ended: number;
};

/** Where it is written what is to be told of a job's end: the same one twice is refused. */
const toldStore = "told_ends";
const tellOnce = async ({ id, state, result }: JobRecord): Promise<readonly Write[]> => [
  { op: "add", in: { userId, store: toldStore }, id: String(id), data: { state, result } },
];

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const answers: Script = async function* ({ message }) {
  yield [tokens(`re: ${message.content}`), { event: "usage", data: { ...usage, model: "m", timestamp } }];
};

const after = (writes: number) => {
  let left = writes;
  return () => left-- <= 0;
};

const never = () => false;

/** Once it is written that a job is run, with how many workers that has cost by now. */
const onceCounted = () => {
  let counted = false;
  return ({ method, args: [, changes] }: Writing) => {
    if (counted) return true;
    counted = method === "update" && (changes as { readonly state?: unknown }).state === "processing";
    return false;
  };
};

/** Jobs whose workers are killed at every line that writes, on this store, which the caller shuts down. */
export function takenOverJobs(name: string, store: Store): void {
  let worlds = 0;

  async function newWorld(): Promise<World> {
    await store.createStoreIfNotExists(toldStore, { state: "str", result: "str" });
    worlds += 1; // in a store that others had before, numbers go on
    return { store, kept: { lastId: worlds * 10, jobs: new Map() }, asked: 0, ended: 0 };
  }

  const threadId = () => `${name} ${worlds}`;

  /** A server that hands in the job, or finds it there, and runs it. @returns the job, unless it was killed. */
  async function live(
    world: World,
    script: Script,
    dies: (write: Writing) => boolean,
    request: Partial<JobRequest> = {},
  ): Promise<JobRecord | undefined> {
    const { store, died, kill } = mortalStore(world.store, dies);
    const counting: Script = (turn, signal) => {
      world.asked += 1;
      return script(turn, signal);
    };
    const known = opened.length;
    let app: App | undefined;
    const living = async () => {
      const newId = () => crypto.randomUUID();
      const atEnd = { steps: tellOnce, written() {} };
      app = await openJobs(counting, { store, kept: world.kept, newId, atEnd });
      const { id } = await app.submit({ threadId: threadId(), idempotencyKey: "k", ...request });
      app.work();
      return app.until(id, over);
    };
    const job = await Promise.race([living(), died.then(() => undefined)]);
    if (app !== undefined) world.ended += await endsTold(app);
    if (job !== undefined) {
      await endWork();
      await closeAll();
      return job;
    }
    kill();
    opened.splice(known);
    works.splice(0);
    world.kept = structuredClone(world.kept);
    return undefined;
  }

  async function endsTold({ host }: App): Promise<number> {
    const bus = await host.get("bus");
    const topic = `account/${userId}`;
    if (bus.last(topic) === undefined) return 0;
    const enough = new AbortController();
    for await (const { data } of bus.read(topic, undefined, enough.signal))
      return data.filter((line) => JSON.parse(line).event === "job_ended").length;
    return 0;
  }

  /** Answers that nothing has cut short, on whatever branch. */
  async function wholeAnswers({ store }: World): Promise<readonly unknown[]> {
    const at = { userId, store: "threads", id: threadId() };
    if ((await store.get(at)) === undefined) return [];
    const entries = (await store.collectionGet(at, "messages")).map(
      ({ item }) =>
        item as { readonly role: string; readonly content: string; readonly interrupted?: boolean },
    );
    return entries.filter(({ role, interrupted }) => role === "assistant" && !interrupted);
  }

  /** Kills a first server after 0, 1, 2, … writes, until one lives. @returns how many were killed. */
  async function killAtEveryWrite(
    script: Script,
    request: Partial<JobRequest>,
    then: (world: World, where: string) => Promise<void>,
  ): Promise<number> {
    for (let writes = 0; ; writes += 1) {
      const world = await newWorld();
      if ((await live(world, script, after(writes), request)) !== undefined) return writes;
      await then(world, `killed after ${writes} writes`);
      assert.equal(world.ended, 1, `killed after ${writes} writes: told once`);
    }
  }

  describe(name, () => {
    afterEach(async () => {
      await endWork();
      await closeAll();
    });

    test("a job whose whole answer was stored ends with that, however many workers die then, and at whichever write", async () => {
      let wholeAtDeath = 0;
      await killAtEveryWrite(answers, { attempts: 1 }, async (world, where) => {
        const before = { whole: (await wholeAnswers(world)).length, asked: world.asked };
        const request = { attempts: 1 };
        for (let life = 2; life <= 3; life += 1)
          assert.equal(await live(world, answers, onceCounted(), request), undefined, where);
        const job = await live(world, answers, never, request);
        assert.equal((await wholeAnswers(world)).length, job?.state === "done" ? 1 : 0, where);
        if (job?.state !== "done") assert.equal(job?.errorCode, "worker_crashed", where);
        if (before.whole === 0) return;
        wholeAtDeath += 1;
        assert.deepEqual([job?.result, job?.usage, job?.attempt], ["re: Hi", usage, 1], where);
        assert.equal(world.asked, before.asked, `${where}: nothing is asked twice`);
      });
      assert.ok(wholeAtDeath >= 2, `${wholeAtDeath} deaths between the answer and the job's end`);
    });

    test("a job that failed once is answered once", async () => {
      const fails = new SkeletonError("upstream_broken", "It broke.", { hint: "Try again." });
      const failsOnce: Script = async function* (turn, signal) {
        if (turn.again) yield* answers(turn, signal);
        else throw fails;
      };
      await killAtEveryWrite(failsOnce, { attempts: 2 }, async (world, where) => {
        const job = await live(world, failsOnce, never, { attempts: 2 });
        assert.equal(job?.result, "re: Hi", where);
        assert.equal((await wholeAnswers(world)).length, 1, where);
      });
    });

    test("a job whose time was over ends as that, and not as one that somebody stopped", async () => {
      const request = { timeoutMs: 5 };
      const killed = await killAtEveryWrite(saysAndWaits("half"), request, async (world, where) => {
        const job = await live(world, saysAndWaits("half"), never, request);
        assert.deepEqual([job?.state, job?.errorCode], ["error", "job_timeout"], where);
      });
      assert.ok(killed >= 8, `${killed} places to die at`);
    });
  });
}
