import { createServer, type ServerResponse } from "node:http";
import { models } from "./models.ts";

/*
 * A scripted upstream that costs little. What it sends follows from the model's name: `s<tokens>x<per second>`, where
 * 0 per second is as fast as the socket takes it.
 */

type Stream = { readonly response: ServerResponse; readonly everyMs: number; left: number; dueAt: number };

const [port = "0"] = process.argv.slice(2);
const streams = new Set<Stream>();
const head = { id: "chatcmpl-bench", object: "chat.completion.chunk", created: 0, model: "bench" };
const frame = (delta: object, finish: string | null) =>
  `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const token = Buffer.from(frame({ content: "token " }, null));
const end = Buffer.from(`${frame({}, "stop")}data: [DONE]\n\n`);

const list = JSON.stringify({ object: "list", data: Object.values(models).map((id) => ({ id })) });

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (bytes: Buffer) => parts.push(bytes));
  request.on("end", () => {
    if (request.method === "GET") return void response.end(list);
    const { model } = JSON.parse(String(Buffer.concat(parts))) as { readonly model: string };
    const [, tokens = "1", perSecond = "0"] = /^s(\d+)x(\d+)/.exec(model) ?? [];
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.socket?.setNoDelay(true);
    if (perSecond === "0") void burst(response, Number(tokens));
    else pace(response, Number(tokens), Number(perSecond));
  });
});

/** About 40 tokens a write, as an upstream that is faster than its reader would be read. */
async function burst(response: ServerResponse, tokens: number): Promise<void> {
  const piece = Buffer.concat(Array.from({ length: 40 }, () => token));
  let wake: (value?: unknown) => void = () => {};
  response.on("drain", () => wake());
  response.on("close", () => wake());
  for (let left = tokens; left > 0 && !response.destroyed; left -= 40) {
    const flowing = response.write(left >= 40 ? piece : piece.subarray(0, left * token.length));
    if (flowing) continue;
    await new Promise((resolve) => {
      wake = resolve;
    });
  }
  response.end(end);
}

/** The first token at once, the others on a clock of their own, so that streams do not march in step. */
function pace(response: ServerResponse, tokens: number, perSecond: number): void {
  const everyMs = 1000 / perSecond;
  response.write(token);
  const stream: Stream = { response, everyMs, left: tokens - 1, dueAt: performance.now() + everyMs };
  streams.add(stream);
  response.once("close", () => streams.delete(stream));
}

setInterval(() => {
  const now = performance.now();
  for (const stream of streams) {
    while (stream.dueAt <= now && stream.left > 0) {
      stream.response.write(token);
      stream.dueAt += stream.everyMs;
      stream.left -= 1;
    }
    if (stream.left > 0) continue;
    streams.delete(stream);
    stream.response.end(end);
  }
}, 2);

server.listen(Number(port), "127.0.0.1", () => process.send?.("listening"));
