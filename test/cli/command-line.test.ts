import assert from "node:assert/strict";
import { test } from "node:test";
import { runSkeleton, startSkeleton } from "./skeleton-process.ts";

test("the help lists every command with the words of the command's own help", async () => {
  const { code, stdout } = await runSkeleton(["--help"]);
  assert.equal(code, 0);
  const words = (text: string) => text.replaceAll(/\s+/g, " ");
  for (const name of ["serve", "users", "ask", "doctor", "status"]) {
    const own = await runSkeleton([name, "--help"]);
    assert.equal(own.code, 0);
    const [, description = "?"] = /\n\n(.*?)\n\n/s.exec(own.stdout) ?? [];
    assert.ok(words(stdout).includes(`${name} ${words(description)}`), `${name}: ${description}`);
  }
});

test("a reader who has seen enough is no failure", async () => {
  for (const args of [["--help"], ["serve", "--help"], ["export"]]) {
    const running = startSkeleton(args);
    running.child.stdout?.destroy();
    const { code, stderr } = await running.finished();
    assert.deepEqual([code, stderr], [0, ""], args.join(" "));
  }
});

for (const [what, args, hint] of [
  ["an unknown command", ["serv"], /Did you mean serve\?.*skeleton --help/s],
  ["an unknown flag", ["serve", "--prot", "1"], /Did you mean --port\?.*skeleton --help/s],
  ["an unknown flag of users", ["users", "--nonsense"], /unknown option/],
  ["a stray argument", ["serve", "now"], /too many arguments.*skeleton --help/s],
  ["no command at all", [], /Usage: skeleton/],
] as const) {
  test(`${what} ends with 2 and says where help is`, async () => {
    const { code, stdout, stderr } = await runSkeleton(args);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, hint);
  });
}

test("a fault of the configuration is told with what to do and without a stack, and all faults at once", async () => {
  const { code, stderr } = await runSkeleton(["serve", "--port", "x", "--rate-limits.enabled", "maybe"], {
    env: { SKELETON_NONSENSE: "1" },
  });
  assert.equal(code, 1);
  for (const part of [
    /port \(--port\)/,
    /rate_limits\.enabled \(--rate-limits\.enabled\)/,
    /SKELETON_NONSENSE/,
  ])
    assert.match(stderr, part);
  assert.match(stderr, /\n {2}Every setting is in docs/);
  assert.doesNotMatch(stderr, /\n {4}at /);
});

test("secrets have no flags: a command line can be read by everybody", async () => {
  const { code, stderr } = await runSkeleton(["serve", "--auth.jwt-secret", "a-secret-of-some-length"]);
  assert.equal(code, 2);
  assert.match(stderr, /unknown option/);
});

test("a Node that is too old is told so in a sentence", async () => {
  const old =
    "data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })";
  const { code, stderr } = await runSkeleton(["serve"], { nodeFlags: ["--import", old] });
  assert.equal(code, 1);
  assert.match(stderr, /^Skeleton needs Node 24 or newer, and this is Node 20\.20\.2/);
});
