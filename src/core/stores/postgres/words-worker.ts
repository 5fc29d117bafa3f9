import { parentPort } from "node:worker_threads";
import { excerptOf } from "../excerpt.ts";
import { termsOf } from "../words.ts";
import { indexedWords } from "./index-words.ts";
import type { WordsReply, WordsRequest } from "./words-thread.ts";

/* Cuts texts into words, so that a long one keeps nobody waiting. */

function answer({ task }: WordsRequest): unknown {
  if (task.kind === "index") return indexedWords(task.owner, task.text);
  const terms = termsOf(task.query);
  return task.texts.map((text) => excerptOf(text, terms));
}

parentPort?.on("message", (request: WordsRequest) => {
  const reply: WordsReply = { id: request.id, result: answer(request) };
  parentPort?.postMessage(reply);
});
