import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../../test/support/debian-server.ts";
import { formFields } from "../../../lib/form-fields.ts";
import type { ToolAnswer, ToolContext, ToolQuestion } from "../../../protocols/tool.ts";
import { testHost } from "../../../testkit/test-host.ts";
import { type ProcessTree, startTree } from "./process-tree.ts";
import { startMcp, until } from "./test-source.ts";

const everything = fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"),
);
const filesystem = fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/server-filesystem/dist/index.js"),
);

const folder = mkdtempSync(join(tmpdir(), "skeleton-mcp-"));
writeFileSync(join(folder, "note.txt"), "The kettle is on.");

const port = await freePort();
let web: ProcessTree;
let mcp: Awaited<ReturnType<typeof startMcp>>;

before(async () => {
  web = await serve();
  const mcp_servers = {
    local: { command: process.execPath, args: [everything] },
    files: { command: process.execPath, args: [filesystem, folder] },
    web: { url: `http://127.0.0.1:${port}/mcp`, headers: { "x-key": "secret" } },
  };
  mcp = await startMcp(testHost({ config: { mcp_servers }, shutdownLimitMs: 10_000 }), 30_000);
});
after(async () => {
  await mcp.stop();
  await web.end(100);
  rmSync(folder, { recursive: true });
});

/** The everything server on HTTP, once it listens. */
async function serve(): Promise<ProcessTree> {
  const env = { PATH: process.env.PATH ?? "", PORT: String(port) };
  const tree = await startTree(
    { command: process.execPath, args: [everything, "streamableHttp"], env },
    "pipe",
  );
  tree.child.stdout?.resume();
  const { stderr } = tree.child;
  if (stderr !== null)
    for await (const line of createInterface({ input: stderr })) if (line.includes("listening")) break;
  return tree;
}

for (const server of ["local", "web"]) {
  test(`everything, ${server}: texts, numbers, pictures, structure and links come back as text`, async () => {
    assert.match(
      (await mcp.problems()).join("\n"),
      /^mcp:local: the tool .* runs only as a task.*\nmcp:web: the tool .*$/,
    );
    assert.deepEqual(await mcp.call(`${server}_echo`, { message: "hello" }), ["Echo: hello"]);
    assert.match((await mcp.call(`${server}_get-sum`, { a: 2, b: 3 })).join(), /5/);
    assert.match((await mcp.call(`${server}_get-tiny-image`)).join(), /\[image, image\/png, \d+ bytes\]/);
    const weather = await mcp.call(`${server}_get-structured-content`, { location: "Chicago" });
    assert.ok("temperature" in JSON.parse(weather.join()));
    assert.match((await mcp.call(`${server}_get-resource-links`, { count: 2 })).join(), /\[resource, /);
  });

  test(`everything, ${server}: progress comes while it runs, a stop ends it, bad arguments are told`, async () => {
    const steps = { duration: 0.02, steps: 2 };
    const said = await mcp.call(`${server}_trigger-long-running-operation`, steps);
    assert.deepEqual(said.slice(0, 2), ["1/2", "2/2"]);
    assert.match(said[2] ?? "", /completed/);
    const stop = new AbortController();
    const running = mcp.call(`${server}_trigger-long-running-operation`, { duration: 600 }, stop.signal);
    stop.abort(new Error("stopped"));
    await assert.rejects(running, { message: "stopped" });
    await assert.rejects(mcp.call(`${server}_get-sum`, { a: "x" }), {
      code: "upstream_refused",
      message: /number/,
    });
  });
}

for (const server of ["local", "web"]) {
  test(`everything, ${server}: its user fills in the form that it asks for, or does not`, async () => {
    const asked: unknown[] = [];
    const asking = (answer: ToolAnswer) => ({
      ask: async (question: ToolQuestion) => {
        asked.push(question);
        return answer;
      },
    });
    const ask = async (more: Partial<ToolContext>) =>
      (await mcp.call(`${server}_trigger-elicitation-request`, {}, undefined, more)).join();
    const filled = { approved: true, arguments: { name: "Ada", integer: 7 } };
    assert.match(await ask(asking(filled)), /Name: Ada\n.*Favorite Integer: 7/s);
    const [question] = asked as { form: unknown; message: string; from: string }[];
    assert.deepEqual(
      [question?.message, question?.from],
      ["Please provide inputs for the following fields:", server],
    );
    assert.equal(formFields(question?.form).length, 13);
    assert.match(await ask(asking({ approved: false })), /"action": "decline"/);
    assert.match(await ask({}), /"action": "decline"/); // a call from another program
  });

  test(`everything, ${server}: its user is sent to an address, also by a call that fails for it`, async () => {
    const urls: unknown[] = [];
    const ask = async (question: ToolQuestion) => {
      urls.push("url" in question && question.url);
      return { approved: true };
    };
    const url = `https://example.com/${server}`;
    for (const errorPath of [false, true]) {
      const said = await mcp.call(`${server}_trigger-url-elicitation`, { url, errorPath }, undefined, {
        ask,
      });
      assert.match(said.join(), /accept/i);
    }
    assert.deepEqual(urls, [url, "https://modelcontextprotocol.io", url]); // the failing call has its own
  });
}

test("filesystem: a file is read and written, its hints are believed, its borders hold", async () => {
  const note = join(folder, "note.txt");
  assert.deepEqual(await mcp.call("read_text_file", { path: note }), ["The kettle is on."]);
  assert.match((await mcp.call("write_file", { path: note, content: "Tea." })).join(), /wrote/);
  assert.deepEqual(await mcp.call("read_text_file", { path: note }), ["Tea."]);
  assert.deepEqual(
    [(await mcp.tool("read_text_file")).readOnly, (await mcp.tool("write_file")).approve],
    [true, "always"],
  );
  await assert.rejects(mcp.call("read_text_file", { path: "/etc/passwd" }), { message: /Access denied/ });
});

test("an HTTP server that was started anew has forgotten us, and is connected anew", async () => {
  await web.end(100);
  await until(() => mcp.pausing.asked.includes(1000));
  assert.match((await mcp.problems()).join(), /mcp:web: Not connected/);
  assert.deepEqual(await mcp.call("local_echo", { message: "still here" }), ["Echo: still here"]);
  web = await serve();
  mcp.pausing.end();
  await until(async () => !(await mcp.problems()).join().includes("Not connected"));
  assert.deepEqual(await mcp.call("web_echo", { message: "again" }), ["Echo: again"]);
});
