import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "../../src/protocols/store.ts";
import {
  type Claim,
  claimThread,
  createTurnStores,
  isHeld,
  isNotHeld,
  releaseThread,
  renewClaim,
  runningTurns,
  turnRecord,
  whileHeld,
  withdrawClaim,
} from "../../src/turns/turn-records.ts";

/** What turns rely on where several processes share a store: a thread is one's at a time, and who lost it writes nothing. */
export const claimsContract = (name: string, store: Store) =>
  describe(name, () => {
    let claims = 0;

    /** A turn that this process has claimed, in a thread of its own. */
    async function claimed(more: Partial<Claim> = {}): Promise<Claim> {
      await createTurnStores(store);
      const number = ++claims;
      const claim: Claim = {
        ...{ userId: "ann", threadId: `t${number}`, turnId: `u${number}`, messageId: `m${number}` },
        ...{ model: "m", systemPrompt: "default", settings: {}, instance: "here", ...more },
      };
      await claimThread(store, claim);
      return claim;
    }
    const recordOf = ({ userId, threadId: id }: Claim) => store.get({ userId, store: "running_turns", id });
    const runs = async ({ userId, threadId }: Claim) => (await runningTurns(store, userId)).get(threadId);
    async function takenOver(claim: Claim): Promise<Claim> {
      const at = { userId: claim.userId, store: "running_turns", id: claim.threadId };
      await store.update(at, { instance: "there" }, { instance: claim.instance });
      return { ...claim, instance: "there" };
    }
    const done = { state: "done" } as const;

    test("one of many that claim a thread has it, and the others are told whose it is", async () => {
      const { threadId, turnId } = await claimed();
      await assert.rejects(claimed({ threadId }), { code: "turn_running", details: { turnId } });
      const threadFor = "t-for-many";
      const all = await Promise.allSettled(
        Array.from({ length: 8 }, (_, at) => claimed({ threadId: threadFor, turnId: `many-${at}` })),
      );
      assert.equal(all.filter(({ status }) => status === "fulfilled").length, 1);
    });

    test("a claim that is renewed while it stands stays as it is", async () => {
      const claim = await claimed({ idempotency: { key: "renewed", requestHash: "h" } });
      const before = await recordOf(claim);
      assert.equal(await renewClaim(store, claim), true);
      assert.deepEqual(await recordOf(claim), before);
    });

    test("one that was taken back is claimed again, with its key, unless the thread is another's by now", async () => {
      const idempotency = { key: "taken back", requestHash: "h" };
      const claim = await claimed({ idempotency });
      await withdrawClaim(store, await takenOver(claim), idempotency.key);
      assert.equal(await runs(claim), undefined);
      assert.equal(await renewClaim(store, claim), true);
      assert.equal(await isHeld(store, claim), true);
      assert.equal((await turnRecord(store, claim)).state, "running");
      await assert.rejects(claimed({ idempotency }), { code: "duplicate_record" });

      await withdrawClaim(store, await takenOver(claim), idempotency.key);
      const { turnId } = await claimed({ threadId: claim.threadId });
      await assert.rejects(renewClaim(store, claim), { code: "turn_running", details: { turnId } });
      assert.equal(await runs(claim), turnId);
    });

    test("one that was taken over, or ended, is left to who did so", async () => {
      const claim = await claimed();
      const there = await takenOver(claim);
      const before = await recordOf(claim);
      assert.equal(await renewClaim(store, claim), false);
      assert.deepEqual(await recordOf(claim), before);
      await releaseThread(store, there, { state: "interrupted", cutBy: "server" });
      assert.equal(await renewClaim(store, claim), false);
      assert.equal(await runs(claim), undefined);
      assert.equal((await turnRecord(store, claim)).state, "interrupted");
    });

    test("who lost it ends nothing, takes nothing back, and writes nothing beside it", async () => {
      const claim = await claimed();
      const there = await takenOver(claim);
      const before = await recordOf(claim);
      const { userId, threadId: id } = claim;
      const at = { userId, store: "running_turns", id };
      const append = { op: "append", at, field: "said", item: ["lost"] } as const;
      await assert.rejects(store.transaction([whileHeld(claim), append]), isNotHeld);
      await assert.rejects(releaseThread(store, claim, done), isNotHeld);
      await withdrawClaim(store, claim, undefined);
      assert.deepEqual(await recordOf(claim), before);
      assert.deepEqual(await store.collectionGet(at, "said"), []);
      await releaseThread(store, there, done);
      await assert.rejects(store.transaction([whileHeld(there), append]), isNotHeld);
      assert.equal((await turnRecord(store, claim)).state, "done");
    });
  });
