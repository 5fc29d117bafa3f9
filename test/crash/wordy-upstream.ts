import { setTimeout as sleep } from "node:timers/promises";
import { answer } from "../../src/testkit/scripted-reply.ts";
import {
  type RecordedRequest,
  type ScriptedUpstream,
  startScriptedUpstream,
} from "../../src/testkit/scripted-upstream.ts";

/** A message that says what its answer will be: `about q7: 30 words, 4 ms each`. */
export const question = (name: string, words: number, paceMs: number): string =>
  `about ${name}: ${words} words, ${paceMs} ms each`;

type Asked = { readonly name: string; readonly words: number; readonly paceMs: number };

function asked(content: string): Asked {
  const [, name = "", words = "1", paceMs = "0"] = /^about (\S+): (\d+) words, (\d+) ms/.exec(content) ?? [];
  return { name, words: Number(words), paceMs: Number(paceMs) };
}

/** The whole answer that a question gets: every word is in no other answer. */
export function answerTo(content: string): string {
  const { name, words } = asked(content);
  return Array.from({ length: words }, (_, index) => `${name}w${index}`).join(" ");
}

/** A model that answers every question as it asks to be. */
export async function startWordyUpstream(): Promise<ScriptedUpstream> {
  const upstream = await startScriptedUpstream({ models: ["wordy"] });
  upstream.script((request: RecordedRequest) => {
    const messages = request.body.messages as readonly { readonly content: string }[];
    const content = messages.at(-1)?.content ?? "";
    const { paceMs } = asked(content);
    return answer(answerTo(content), paceMs > 0 ? { pace: () => sleep(paceMs) } : {});
  });
  return upstream;
}
