import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { ann, bytes, filesTest, type OpenFiles, put, read, source } from "./files-contract-kit.ts";

const broken = new Error("the upload broke off");

/** A source that begins, and then waits for ever; `begun` resolves when its first chunk has been asked for. */
function hanging(): { readonly content: Readable; readonly begun: Promise<void> } {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  let pushed = false;
  const content = new Readable({
    read() {
      if (!pushed) this.push(bytes(1000));
      else resolve(); // the first chunk has been taken
      pushed = true;
    },
  });
  return { content, begun };
}

/** That what cannot be kept is refused and leaves nothing behind. */
export function filesFailures(opening: OpenFiles): void {
  filesTest(opening, "a source that fails leaves nothing behind", async ({ files, leavesNothing }) => {
    await leavesNothing(async () => {
      for (const count of [0, 1, 5]) {
        const failing = Readable.from(
          (function* () {
            for (let n = 0; n < count; n += 1) yield bytes(9000);
            throw broken;
          })(),
        );
        await assert.rejects(put(files, ann, failing), { message: broken.message });
      }
    });
  });

  filesTest(opening, "destroying its source gives a file up", async ({ files, leavesNothing }) => {
    await leavesNothing(async () => {
      for (const error of [broken, undefined]) {
        const { content, begun } = hanging();
        const putting = put(files, ann, content);
        putting.catch(() => undefined);
        await begun;
        content.destroy(error);
        await assert.rejects(putting, error === undefined ? Error : { message: error.message });
      }
    });
  });

  filesTest(opening, "a source that was destroyed before is refused", async ({ files, leavesNothing }) => {
    await leavesNothing(async () => {
      const content = source("never read");
      content.destroy();
      await assert.rejects(put(files, ann, content));
    });
  });

  filesTest(opening, "a failing file does not disturb the others", async ({ files }) => {
    const { content, begun } = hanging();
    const failing = put(files, ann, content);
    failing.catch(() => undefined);
    await begun;
    const { id } = await put(files, ann, source("whole"));
    content.destroy(broken);
    await assert.rejects(failing, { message: broken.message });
    assert.equal((await read(files, { userId: ann, fileId: id })).toString(), "whole");
  });

  filesTest(
    opening,
    "the limit is exact, and an endless source is cut",
    async ({ files, context, leavesNothing }) => {
      const { maxBytes } = opening;
      if (maxBytes === undefined) return context.skip("no `maxBytes` was given");
      const most = Buffer.alloc(maxBytes, "x");
      const { id, size } = await put(files, ann, source(most.subarray(0, 1000), most.subarray(1000)));
      assert.equal(size, maxBytes);
      const endless = (function* () {
        for (;;) yield bytes(16_384);
      })();
      await leavesNothing(async () => {
        for (const content of [
          source(most, "y"),
          source(Buffer.concat([most, most])),
          Readable.from(endless),
        ]) {
          await assert.rejects(put(files, ann, content), { code: "too_large" });
          assert.equal(content.destroyed, true);
        }
      });
      assert.equal((await files.stat({ userId: ann, fileId: id })).size, maxBytes);
    },
  );

  filesTest(opening, "what breaks the rules is refused", async ({ files, leavesNothing }) => {
    const good = { userId: ann, name: "a", mediaType: "text/plain" };
    const bad: readonly object[] = [
      { userId: "" },
      { name: "n".repeat(1001) },
      { name: "\ud800" },
      { name: undefined },
      { mediaType: "m".repeat(1001) },
      { mediaType: "\udfff" },
    ];
    await leavesNothing(async () => {
      for (const [index, wrong] of bad.entries()) {
        const content = source("x");
        await assert.rejects(
          files.put({ ...good, ...wrong }, content),
          { code: "bad_input" },
          `case ${index}`,
        );
        assert.equal(content.destroyed, true);
      }
      for (const chunk of [7, {}, [1]])
        await assert.rejects(files.put(good, source("x", chunk)), { code: "bad_input" });
    });
  });

  filesTest(opening, "shutting down fails what is being put, and later calls", async ({ files, context }) => {
    if (files.shutdown === undefined) return context.skip("these files have no `shutdown`");
    const at = { userId: ann, fileId: (await put(files, ann, source("x"))).id };
    const { content, begun } = hanging();
    const putting = put(files, ann, content);
    putting.catch(() => undefined);
    await begun;
    await files.shutdown();
    const closed = { code: "shutting_down" };
    await assert.rejects(putting, closed);
    assert.equal(content.destroyed, true);
    await assert.rejects(put(files, ann, source("late")), closed);
    await assert.rejects(files.get(at), closed);
    await assert.rejects(files.stat(at), closed);
    await assert.rejects(files.delete(at), closed);
    await files.shutdown();
  });
}
