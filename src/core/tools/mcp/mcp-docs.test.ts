import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { ConfigSchema } from "../../../protocols/config.ts";
import { testConfig } from "../../../testkit/test-host.ts";

const page = readFileSync(new URL("../../../../docs/mcp.md", import.meta.url), "utf8");

test("the server takes every configuration on the page on MCP servers", () => {
  const snippets = [...page.matchAll(/```yaml\n# skeleton\.yaml\n(.*?)```/gs)].map(([, text = ""]) => text);
  assert.equal(snippets.length, [...page.matchAll(/```yaml/g)].length);
  for (const snippet of snippets)
    assert.ok(Object.keys(testConfig(parse(snippet)).mcp_servers).length > 0, snippet);
});

test("the page on MCP servers speaks of every setting of one", () => {
  const [server] = Object.values(ConfigSchema.properties.mcp_servers.patternProperties);
  for (const key of Object.keys(server?.properties ?? assert.fail("no settings")))
    assert.match(page, new RegExp(`\\b${key}\\b`));
});
