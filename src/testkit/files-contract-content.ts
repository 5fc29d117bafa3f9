import assert from "node:assert/strict";
import {
  ann,
  assertMissing,
  bytes,
  filesTest,
  type OpenFiles,
  put,
  read,
  source,
} from "./files-contract-kit.ts";

const MIB = 1024 * 1024;

/** That what was put comes back, whole and unchanged. */
export function filesContent(opening: OpenFiles): void {
  filesTest(opening, "a file of several chunks comes back whole", async ({ files }) => {
    const content = bytes(60_000);
    const chunks = [content.subarray(0, 1), content.subarray(1, 40_000), content.subarray(40_000)];
    const { id } = await put(files, ann, source(...chunks));
    assert.ok((await read(files, { userId: ann, fileId: id })).equals(content));
  });

  filesTest(opening, "`put` and `stat` say what is known of it", async ({ files }) => {
    const file = { userId: ann, name: "notes.md", mediaType: "text/markdown; charset=utf-8" };
    const info = await files.put(file, source("Gr", "üße", Buffer.from([0, 255])));
    const { id, created, ...rest } = info;
    assert.match(id, /^[A-Za-z0-9_-]{1,200}$/);
    assert.equal(new Date(created).toISOString(), created);
    assert.deepEqual(rest, { name: file.name, mediaType: file.mediaType, size: 9 });
    assert.deepEqual(await files.stat({ userId: ann, fileId: id }), info);
    assert.equal((await read(files, { userId: ann, fileId: id })).toString("latin1"), "GrÃ¼Ã\u009fe\u0000ÿ");
  });

  filesTest(opening, "a file may be empty", async ({ files }) => {
    for (const content of [source(), source("", Buffer.alloc(0))]) {
      const { id, size } = await put(files, ann, content);
      assert.equal(size, 0);
      assert.equal((await read(files, { userId: ann, fileId: id })).length, 0);
    }
  });

  filesTest(
    opening,
    "names come back as they were, whatever is in them",
    async ({ files, leavesNothing }) => {
      const names = [
        "",
        ".",
        "..",
        "../../etc/passwd",
        "/abs/olute",
        "C:\\back\\slash.txt",
        "quo\"te's.txt",
        "line\r\nbreak\u0000nul",
        " blanks ",
        "con",
        "per%2fcent%00",
        "e\u0301 is not é", // two spellings that look alike stay two
        "日本語 🎉.txt",
        "\u202egnp.exe",
        "n".repeat(1000),
      ];
      await leavesNothing(async () => {
        for (const name of names) {
          const { id } = await put(files, ann, source(name), name);
          const at = { userId: ann, fileId: id };
          assert.equal((await files.stat(at)).name, name);
          assert.equal((await read(files, at)).toString(), name);
          assert.equal(await files.delete(at), true);
        }
      });
    },
  );

  filesTest(opening, "files put side by side keep apart, also of one name", async ({ files }) => {
    const contents = Array.from({ length: 20 }, (_, n) => bytes(5000 + n, n));
    const infos = await Promise.all(
      contents.map((content) =>
        put(
          files,
          ann,
          source(content.subarray(0, 2000), content.subarray(2000, 4000), content.subarray(4000)),
        ),
      ),
    );
    assert.equal(new Set(infos.map(({ id }) => id)).size, 20);
    for (const [index, { id, size }] of infos.entries()) {
      assert.equal(size, contents[index]?.length);
      assert.deepEqual(await read(files, { userId: ann, fileId: id }), contents[index]);
    }
  });

  filesTest(opening, "every reader begins at the beginning and gets all of it", async ({ files }) => {
    const content = bytes(50_000);
    const at = { userId: ann, fileId: (await put(files, ann, source(content))).id };
    const left = await files.get(at);
    for await (const chunk of left) {
      assert.ok(Buffer.isBuffer(chunk));
      chunk.fill(0); // the reader's own
      break; // and a reader that leaves takes nothing with it
    }
    assert.equal(left.destroyed, true);
    for (const got of await Promise.all([read(files, at), read(files, at)])) assert.ok(got.equals(content));
  });

  filesTest(opening, "a large file comes in pieces of at most 1 MiB", async ({ files }) => {
    const piece = bytes(64 * 1024);
    const count = Math.min(40, Math.floor((opening.maxBytes ?? 64 * MIB) / piece.length));
    const { id, size } = await put(files, ann, source(...Array.from({ length: count }, () => piece)));
    assert.equal(size, count * piece.length);
    let position = 0;
    for await (const chunk of await files.get({ userId: ann, fileId: id })) {
      assert.ok(Buffer.isBuffer(chunk) && chunk.length <= MIB);
      for (let from = 0; from < chunk.length; ) {
        const at = (position + from) % piece.length;
        const length = Math.min(chunk.length - from, piece.length - at);
        assert.ok(chunk.subarray(from, from + length).equals(piece.subarray(at, at + length)));
        from += length;
      }
      position += chunk.length;
    }
    assert.equal(position, size);
  });

  filesTest(opening, "a deleted file is gone", async ({ files, leavesNothing }) => {
    const kept = await put(files, ann, source("kept"));
    await leavesNothing(async () => {
      const at = { userId: ann, fileId: (await put(files, ann, source("gone"))).id };
      assert.equal(await files.delete(at), true);
      await assertMissing(files, at);
    });
    assert.equal((await read(files, { userId: ann, fileId: kept.id })).toString(), "kept");
  });

  filesTest(opening, "of two who delete it at once, one did", async ({ files }) => {
    const at = { userId: ann, fileId: (await put(files, ann, source("x"))).id };
    const said = await Promise.all([files.delete(at), files.delete(at), files.delete(at)]);
    assert.deepEqual(said.toSorted(), [false, false, true]);
  });

  filesTest(
    opening,
    "whoever reads a file when it is deleted gets all of it or an error",
    async ({ files }) => {
      const content = bytes(65_000);
      const at = { userId: ann, fileId: (await put(files, ann, source(content))).id };
      const reader = await files.get(at);
      await files.delete(at);
      const got = await reader.toArray().catch(() => undefined);
      if (got !== undefined) assert.ok(Buffer.concat(got).equals(content), "it ended early");
    },
  );

  filesTest(opening, "files outlive their process", async ({ files, context }) => {
    if (opening.reopen === undefined) return context.skip("no `reopen` was given");
    const info = await put(files, ann, source("kept"));
    const gone = await put(files, ann, source("gone"));
    await files.delete({ userId: ann, fileId: gone.id });
    const next = await opening.reopen(files);
    const at = { userId: ann, fileId: info.id };
    assert.deepEqual(await next.stat(at), info);
    assert.equal((await read(next, at)).toString(), "kept");
    await assertMissing(next, { userId: ann, fileId: gone.id });
    await next.shutdown?.();
  });
}
