import assert from "node:assert/strict";
import { test } from "node:test";
import { showProgress } from "./progress.ts";

function watch(columns?: number) {
  const written: string[] = [];
  let time = 0;
  const progress = showProgress({
    total: 2000,
    ...(columns !== undefined && { columns }),
    write: (text) => written.push(text),
    now: () => time,
  });
  return {
    written,
    progress,
    at(ms: number, messages: number) {
      time = ms;
      progress.at(messages);
    },
  };
}

test("a terminal shows one line with a bar, and has it wiped at the end", () => {
  const { written, progress, at } = watch(80);
  at(1000, 100);
  at(3000, 500);
  at(3050, 510);
  at(5000, 2000);
  progress.end();
  assert.deepEqual(written, [
    "\r\x1b[2K[##----------------------------] 5 % (100 of 2,000 messages)",
    "\r\x1b[2K[########----------------------] 25 % (500 of 2,000 messages, 9 s left)",
    "\r\x1b[2K[##############################] 100 % (2,000 of 2,000 messages)",
    "\r\x1b[2K",
  ]);
  const narrow = watch(20);
  narrow.at(1000, 500);
  assert.deepEqual(narrow.written, ["\r\x1b[2K25 % (500 of 2,000 "]);
});

test("a file gets a plain line now and then", () => {
  const { written, progress, at } = watch();
  at(1000, 500);
  at(10_000, 1000);
  at(11_000, 1500);
  progress.end();
  assert.deepEqual(written, ["50 % (1,000 of 2,000 messages, 10 s left)\n"]);
});
