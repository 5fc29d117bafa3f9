/** What the demo says. Nothing of it comes from a model. */
export type DemoScript = { readonly thinking: string; readonly answer: string };

const intro = (
  quote: string,
) => `**This is a scripted demo, not a model.** It runs offline and says what was written \
beforehand${quote === "" ? "" : `; all it took from your message is how it begins: “${quote}”`}.

`;

const thinking = `The message wants an answer, and I am a script: nothing here is thought up. \
I shall show how thinking looks, then how an answer streams, and say how to connect a real model.`;

const longThinking = `${thinking}

First I would restate the question. Then I would split it into parts, weigh what is known against what is missing, \
and throw away two or three bad ideas. A real reasoning model fills this box with such notes while it works; the page \
keeps them folded until somebody wants to read them.`;

const list = `## What you can try

- Send a message with the word **code**, **table**, **think** or **long**: each chooses a part of this script.
- Stop the answer half-way, or reload the page while it runs: it goes on where it was.
- Open the same thread in a second window and watch both.

`;

const table = `## A table

| Part | What it shows |
| --- | --- |
| Thinking | folded above the answer |
| Markdown | lists, tables, code |
| Streaming | word by word, as a model would |

`;

const code = `## Some code

\`\`\`ts
export function greet(name: string): string {
  return \`Hello, \${name}!\`;
}
\`\`\`

`;

const long = Array.from(
  { length: 12 },
  (_, index) =>
    `${index + 1}. Paragraph ${index + 1} of a long answer. It is here so that there is something to scroll, to stop, \
to search and to reload while it is still coming.\n`,
).join("");

const connect = `## Connecting a real model

Any one of these is enough:

1. **OpenAI**: set \`OPENAI_API_KEY\` and start again.
2. **Anything compatible** (vLLM, OpenRouter, LiteLLM, …): set \`OPENAI_BASE_URL\` as well, for example \
\`http://localhost:9000/v1\`.
3. **Ollama**: \`ollama pull llama3.2\` and \`ollama serve\`; while nothing else is configured it is found by itself, \
as are LM Studio, llama-server and vLLM on their usual ports.
4. **Several providers** go into \`skeleton.yaml\`:

\`\`\`yaml
models:
  providers:
    openrouter:
      base_url: https://openrouter.ai/api/v1
      api_key: your-key
\`\`\`

Then reload this page and choose the model from the list.
`;

/** The script for a message: its words `code`, `table`, `think` and `long` choose parts; without one it shows most. */
export function demoScript(message: string): DemoScript {
  const words = new Set(message.toLowerCase().match(/\p{L}+/gu) ?? []);
  const chosen = ["code", "table", "think", "long"].filter((word) => words.has(word));
  const shows = (word: string) => words.has(word) || (chosen.length === 0 && word !== "long");
  return {
    thinking: words.has("think") ? longThinking : thinking,
    answer: [
      intro(firstWords(message)),
      chosen.length === 0 ? list : "",
      shows("table") ? table : "",
      shows("code") ? code : "",
      words.has("long") ? `## A long answer\n\n${long}\n` : "",
      connect,
    ].join(""),
  };
}

/** At most six words and 60 characters, nothing that Markdown would read. */
function firstWords(message: string): string {
  const plain = message.slice(0, 500).replace(/[^\p{L}\p{N}\p{M}'’,.?! -]+/gu, " ");
  const words = plain.trim().split(/\s+/).filter(Boolean);
  const quote = words.slice(0, 6).join(" ").slice(0, 60);
  return words.length > 6 && quote !== "" ? `${quote} …` : quote;
}
