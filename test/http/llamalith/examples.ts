import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { answer } from "../../../src/testkit/scripted-reply.ts";
import { type Workflow, walk } from "../../support/n8n.ts";
import { apiToken, type House, type Said } from "./house.ts";

/** The script and the workflows of the docs, as they stand there. */
export function examples(house: House): void {
  const missing = ["bash", "curl", "jq"].filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);

  test("the script of its README runs as it is written", {
    skip: missing.length > 0 && `without ${missing.join(", ")}`,
  }, async () => {
    house.open.upstream.script(answer("The comet was shy."));
    const home = mkdtempSync(join(tmpdir(), "skeleton-llamalith-"));
    try {
      // The script says localhost:8000, which may be anything on this machine.
      writeFileSync(join(home, ".curlrc"), `connect-to = "localhost:8000:${new URL(house.open.url).host}"\n`);
      const script = readFileSync(
        new URL("../../../docs/examples/llamalith/submit-and-poll.sh", import.meta.url),
        "utf8",
      );
      const { stdout } = await promisify(execFile)("bash", ["-c", script], {
        env: { PATH: process.env.PATH, HOME: home },
      });
      assert.equal(stdout, "The comet was shy.\n");
    } finally {
      rmSync(home, { recursive: true });
    }
    const sent = (house.open.upstream.requests[0]?.body.messages ?? []) as Said[];
    assert.equal(sent[0]?.content, "You are a gentle storyteller; keep vocabulary simple.");
  });

  describe("workflows of n8n", () => {
    const workflow = (name: string) =>
      JSON.parse(
        readFileSync(new URL(`../../../docs/n8n/${name}.json`, import.meta.url), "utf8"),
      ) as Workflow;
    const around = {
      settings: {} as Record<string, unknown>,
      resumeUrl: "",
      resumed: async () => {
        const { json } = await house.receiver.wait(({ path }) => path === "/webhook-waiting/7");
        return { body: json };
      },
      pause: () => sleep(10),
    };
    before(() => {
      around.settings = { server: house.server.url, token: apiToken };
      around.resumeUrl = `${house.receiver.url}/webhook-waiting/7`;
    });

    test("one that submits and polls ends with the answer", async () => {
      house.server.upstream.script(answer("The otter slept."));
      const result = await walk(workflow("submit-and-poll"), around);
      assert.deepEqual(result, { status: "done", text: "The otter slept." });
    });

    test("one that waits to be called back goes on with the answer", async () => {
      house.server.upstream.script(answer("The otter woke up."));
      const result = await walk(workflow("wait-for-callback"), around);
      assert.deepEqual(result, { status: "done", text: "The otter woke up." });
    });
  });
}
