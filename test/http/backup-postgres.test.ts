import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import pg from "pg";
import { tellSkipped } from "../support/debian-server.ts";
import { forTests, startPostgres } from "../support/postgres.ts";
import { startTestServer } from "../support/test-server.ts";

const run = promisify(execFile);

/** A PostgreSQL of the machine, since the one from npm has no pg_dump, and another version's refuses it. */
const [bin] = globSync("/usr/lib/postgresql/*/bin/pg_dump").map((path) => join(path, ".."));
const skip = bin === undefined && tellSkipped("pg_dump", "postgresql");

/** The options that docs/deployment.md gives it, without those that name a place. */
function documented(program: string): readonly string[] {
  const text = readFileSync(new URL("../../docs/deployment.md", import.meta.url), "utf8");
  const [, words = assert.fail(program)] = new RegExp(`^${program} (.+)$`, "m").exec(text) ?? [];
  return words.split(" ").filter((word) => /^--(?!file|dbname)/.test(word));
}

describe("a dump of PostgreSQL", { skip }, () => {
  test("made while the server writes and restored elsewhere has what was acknowledged, and a server goes on with it", async (t) => {
    const postgres = await startPostgres(forTests, { programs: bin });
    t.after(() => postgres.stop());
    const elsewhere = new URL(postgres.url);
    elsewhere.pathname = "/restored";
    const server = await startTestServer({ database_url: postgres.url });
    t.after(() => server.close());
    const begin = async (on: typeof server, content: string) => {
      const response = await on.as("ada")("/api/v1/message", {
        method: "POST",
        headers: { accept: "application/json" },
        form: { content },
      });
      assert.equal(response.status, 202);
      return { content, id: ((await response.json()) as { thread_id: string }).thread_id };
    };
    const before = [];
    for (const content of ["one", "two", "three"]) before.push(await begin(server, content));
    const folder = mkdtempSync(join(tmpdir(), "skeleton-dump-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const dump = join(folder, "skeleton.dump");
    const dumping = run(join(bin ?? "", "pg_dump"), [
      ...documented("pg_dump"),
      `--file=${dump}`,
      postgres.url,
    ]);
    for (const content of ["meanwhile", "and again"]) await begin(server, content);
    await dumping;

    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query("create database restored encoding 'UTF8' template template0");
    await client.end();
    await run(join(bin ?? "", "pg_restore"), [...documented("pg_restore"), `--dbname=${elsewhere}`, dump]);

    const again = await startTestServer({ database_url: String(elsewhere) });
    t.after(() => again.close());
    for (const { id, content } of [...before, await begin(again, "after")]) {
      const [said] = await again.as("ada").get<{ content: string }[]>(`/api/v1/threads/${id}/messages`);
      assert.equal(said?.content, content);
    }
    assert.match(JSON.stringify(await again.as("ada").get("/api/v1/search?q=three")), /three/);
  });
});
