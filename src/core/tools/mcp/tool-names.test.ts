import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toolNames } from "./tool-names.ts";

test("a tool keeps its name unless it is not allowed or another server has it too", () => {
  assert.deepEqual(
    toolNames([
      { server: "disk", tool: "read" },
      { server: "disk", tool: "search" },
      { server: "web", tool: "search" },
      { server: "web", tool: "page.get" },
    ]),
    ["read", "disk_search", "web_search", "web_page_get"],
  );
});

test("whatever servers call their tools, each has one allowed name, and a clash takes away nobody's", () => {
  const name = fc.oneof(fc.constantFrom("a", "b_a", "a_a", "a.a", "a!a"), fc.string({ maxLength: 80 }));
  const origins = fc.uniqueArray(fc.record({ server: fc.constantFrom("a", "b", "a_b"), tool: name }), {
    selector: ({ server, tool }) => `${server}\n${tool}`,
  });
  fc.assert(
    fc.property(origins, (all) => {
      const names = toolNames(all);
      assert.equal(new Set(names).size, all.length);
      for (const each of names) assert.match(each, /^[\w-]{1,64}$/);
    }),
  );
});
