/** `docs/benchmarks-page.md`. */
export const report = (run: {
  readonly table: string;
  readonly machine: string;
  /** Other work ran on the machine. */
  readonly busy: boolean;
}): string => `# Benchmarks of the page

\`npm run bench:page\` measures this table in one run: the page in a real, headless Chromium that draws in software,
before the real server and a scripted upstream, all on one machine. \`-- --quick\` takes a minute, \`-- --only
load,thread,stream\` some rows, and \`-- --write\` puts the result here.

${run.table}

Measured on ${run.machine}${run.busy ? ", while other work ran on the machine: a look, not a promise" : ""}.

## How to read it

- **Readable** is the end of the first frame with messages and the composer in it, in a window with an empty cache.
- **Interactive** is readable, or the end of the last task over 50 ms in the 1.5 s after it, whichever is later.
- **JavaScript before** it is what the page names itself, gzipped: with these scripts alone, and every other one refused,
  the conversation can be read. Markdown comes after it.
- **Streaming** is an answer in Markdown (paragraphs, lists, tables, code), a token every 5 ms, while somebody types.
  Long tasks are those over 50 ms; frames are counted by \`requestAnimationFrame\`.
- **A key** counts from the moment the browser got it. *Handled*: the letter stands in
  the document. *The end of
  the next frame* has the wait for that frame in it, up to 16.7 ms at 60 frames/s.
- **JS heap** is measured after a forced garbage collection; the same thread is then loaded anew and measured again.
`;
