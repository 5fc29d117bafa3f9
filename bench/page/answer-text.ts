import { seededRandom } from "../../test/crash/random.ts";
import { sentence } from "../words.ts";

/** An answer as models write them, in Markdown, cut into so many tokens. */
export function answerTokens(count: number): readonly string[] {
  const random = seededRandom(42);
  const say = (words: number) => sentence(random, words);
  const paragraph = () =>
    [say(14), say(9), `**${say(4)}** ${say(12)}`, `and \`${say(1)}\` ${say(10)}`].join(" ");
  const list = () => Array.from({ length: 5 }, () => `- ${say(8)}, *${say(3)}*`).join("\n");
  const steps = () => Array.from({ length: 4 }, (_, index) => `${index + 1}. ${say(9)}`).join("\n");
  const table = () =>
    [`| ${say(1)} | ${say(1)} | ${say(1)} |`, "| --- | --- | ---: |"]
      .concat(Array.from({ length: 5 }, (_, row) => `| ${say(2)} | ${say(3)} | ${row * 17} |`))
      .join("\n");
  const code = () =>
    ["```ts", ...Array.from({ length: 12 }, () => `const ${say(1)} = ${say(1)}("${say(4)}");`), "```"].join(
      "\n",
    );
  const parts = [paragraph, list, paragraph, code, paragraph, steps, table];
  const tokens: string[] = [];
  for (let index = 0; tokens.length < count; index += 1) {
    const heading = index % parts.length === 0 ? `## ${say(4)}\n\n` : "";
    const part = parts[index % parts.length] ?? paragraph;
    tokens.push(...(`${heading}${part()}\n\n`.match(/\s*\S{1,6}/g) ?? []), "\n\n");
  }
  return tokens.slice(0, count);
}
