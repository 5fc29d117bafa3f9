import assert from "node:assert/strict";
import {
  ann,
  assertMissing,
  bob,
  filesTest,
  type OpenFiles,
  put,
  read,
  source,
} from "./files-contract-kit.ts";

/** That a file is its user's own. */
export function filesOwners(opening: OpenFiles): void {
  filesTest(opening, "somebody else's file is like a missing one", async ({ files }) => {
    const { id } = await put(files, ann, source("ann's"));
    await put(files, bob, source("bob's"));
    for (const userId of [bob, "Ann", "ann ", "", ".", "..", `${bob}/../${ann}`])
      await assertMissing(files, { userId, fileId: id });
    assert.equal((await read(files, { userId: ann, fileId: id })).toString(), "ann's");
  });

  filesTest(opening, "it is answered with the very words for a missing one", async ({ files }) => {
    const { id } = await put(files, ann, source("ann's"));
    const said = async (fileId: string) => {
      const error: unknown = await files.stat({ userId: bob, fileId }).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof Error);
      return error.message.replaceAll(fileId, "ID");
    };
    const never = `${id.slice(0, -1)}${id.endsWith("x") ? "y" : "x"}`;
    assert.equal(await said(id), await said(never));
  });

  filesTest(opening, "an id that is none leads nowhere", async ({ files }) => {
    const { id } = await put(files, ann, source("ann's"));
    const odd = [
      "",
      ".",
      "..",
      "/",
      `./${id}`,
      `../${ann}/${id}`,
      `${id}/`,
      `${id}\u0000`,
      `${id}.`,
      ` ${id}`,
    ];
    for (const fileId of [...odd, "../../../../etc/passwd", "%2e%2e%2f", "*", "x".repeat(5000)])
      await assertMissing(files, { userId: ann, fileId });
    assert.equal((await read(files, { userId: ann, fileId: id })).toString(), "ann's");
  });

  filesTest(opening, "user ids are kept apart, whatever is in them", async ({ files }) => {
    const users = ["ann", "ANN", "ann/bob", "..", ".", "a b", "ann\u0000", "日本", "n".repeat(300)];
    const ids = new Map<string, string>();
    for (const userId of users) ids.set(userId, (await put(files, userId, source(`of ${userId}`))).id);
    assert.equal(new Set(ids.values()).size, users.length);
    for (const [owner, fileId] of ids)
      for (const userId of users)
        if (userId === owner) assert.equal((await read(files, { userId, fileId })).toString(), `of ${owner}`);
        else await assertMissing(files, { userId, fileId });
  });
}
