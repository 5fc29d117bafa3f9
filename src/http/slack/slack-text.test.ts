import assert from "node:assert/strict";
import { test } from "node:test";
import { slackText } from "./slack-text.ts";

test("Markdown is written as Slack writes it", () => {
  const cases: Readonly<Record<string, string>> = {
    "**bold** and *italic* and `a < b`": "*bold* and _italic_ and `a &lt; b`",
    "# A **title**\n\ntext": "*A title*\n\ntext",
    "[the docs](https://example.com/a?b=1&c=2)": "<https://example.com/a?b=1&amp;c=2|the docs>",
    "- one\n  * two\n1. three": "• one\n  • two\n1. three",
    "2 * 3 * 4 < 5 & <!channel>": "2 * 3 * 4 &lt; 5 &amp; &lt;!channel&gt;",
    "\\*not bold\\* and \\<model>": "*not bold* and &lt;model&gt;",
    "```ts\nconst a = '**b**';\n```": "```\nconst a = '**b**';\n```",
  };
  for (const [markdown, expected] of Object.entries(cases)) assert.equal(slackText(markdown), expected);
});

test("what is too long for a message is cut", () => {
  assert.equal(slackText("x".repeat(50_000)).length, 30_001);
});

test("a model that repeats the beginning of some markup keeps nobody waiting", () => {
  for (const begun of ["[", "[a](https:", "**a", "#\n", "*a ", "`", "```"]) {
    const text = begun.repeat(100_000);
    const before = process.cpuUsage();
    slackText(text);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 1_000_000, `${begun} took ${user / 1000} ms`); // it was minutes
  }
});
