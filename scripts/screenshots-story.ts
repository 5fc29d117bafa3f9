/* What is said in the pictures that `screenshots.ts` draws. */
import { answer, type ScriptedReply } from "../src/testkit/scripted-reply.ts";

export const older = [
  "A soup for a cold evening",
  "Why is the sky dark at night?",
  "Rename files by their date",
  "A letter to the landlord",
];

export const question = "My nightly backup takes four hours. Where do I look first?";

export const reply = `Measure before you change anything: a slow backup waits for **reading**, for **the wire**, or for **writing**.

1. Look at the disk while it runs. If it is busy all the time, reading is what takes long.
2. Copy one large file to the target. That is what the wire and the far disk can do.
3. Count the files. Millions of small ones cost more than their size says.

| Step | Rate | Time for 400 GB |
| --- | ---: | ---: |
| Reading | 210 MB/s | 32 min |
| The wire | 110 MB/s | 61 min |
| Writing | 28 MB/s | 238 min |

With numbers like these the far disk is the narrow place, and nothing on this side helps. See it for yourself:

\`\`\`sh
dd if=/dev/zero of=/backup/probe bs=1M count=4096 oflag=direct status=progress
rm /backup/probe
\`\`\`

\`\`\`mermaid
graph LR
  disk[Disk] -->|210 MB/s| wire[Wire] -->|110 MB/s| target[Far disk, 28 MB/s]
\`\`\`

The whole takes as long as its slowest part, \\(t = \\frac{s}{\\min(r_1, r_2, r_3)}\\).

> A hope, not a backup: that is one nobody has restored. Try it once you are done.`;

export const followUp = "And if it is the small files?";
export const beginning =
  "Then pack them before they travel. `tar` reads them in the order in which they lie on the disk, and the wire sees one long stream instead of";

export const toolQuestion = "Is the far disk still that slow, and what does last week say?";
export const toolReply = `A little better: **31 MB/s** now, against 28 before. I could not look at last week, since its log is gone.`;
export const toolCalls = [
  { index: 0, id: "call_1", name: "measure_disk", arguments: '{"path":"/backup","megabytes":4096}' },
  { index: 1, id: "call_2", name: "read_log", arguments: '{"file":"backup-2031-02-03.log"}' },
];
/** The file that the model has its tools from. */
export const toolFile = `
/** Measures how fast a disk writes. */
export async function* measure_disk(path: string, megabytes: number) {
  yield \`writing \${megabytes} MB to \${path}\`;
  yield "waiting until it is on the disk";
  return { path, megabytes, rate: "31 MB/s" };
}
/** Reads a log. */
export function read_log(file: string) {
  throw new Error(\`there is no \${file}\`);
}
/** Plans a restore. */
export async function plan_restore({ ask }: ToolContext) {
  const properties = {
    folder: { type: "string", title: "Where to", description: "An empty folder with enough room" },
    when: { type: "string", title: "When", oneOf: [{ const: "now", title: "Now" }, { const: "night", title: "At night" }] },
    check: { type: "boolean", title: "Compare every file afterwards", default: true },
  };
  return ask?.({ message: "Where may the copy go?", form: { type: "object", properties, required: ["folder"] } });
}
`;

/** Turns that wait for their reader: one for a form of a tool, one for a plan to be looked at. */
export const waitingQuestions = [
  { content: "Try the newest backup once, please." },
  {
    content: "How do I get it down to one hour?",
    plan_mode: JSON.stringify({ planner: "alpha-large", answerer: "beta-mini", review: true }),
  },
] as const;
export const waitingReplies: readonly ScriptedReply[] = [
  {
    steps: [
      { toolCalls: [{ index: 0, id: "call_1", name: "plan_restore", arguments: "{}" }] },
      { finish: "tool_calls" },
      { done: true },
    ],
  },
  answer(
    "1. Measure the disk, the wire and the far side\n2. Pack small files before they travel\n3. Write to a faster disk",
  ),
];

/** By name: what a user keeps. */
export const roles: readonly (readonly [string, string])[] = [
  [
    "Reviewer",
    "Name what is wrong, why it matters, and the smallest change that mends it.\n\nSay what is good, once.",
  ],
  [
    "Letters to offices",
    "Formal letters in plain words, one page at most, with one clear request at the end.",
  ],
];
