import { once } from "node:events";
import type { FastifyReply } from "fastify";
import type { ModelEvent } from "../../protocols/model.ts";
import { type Answer, chunk, doneFrame, frame, textChunks } from "./chunk.ts";
import { wireCall } from "./completion.ts";
import type { Asked } from "./completions.ts";

/**
 * An answer as chunks, each event in a write of its own. What fails before the first of them is thrown; later it is an
 * event, and the stream ends.
 */
export async function streamCompletion(reply: FastifyReply, asked: Asked, now: Date): Promise<FastifyReply> {
  const answer = { id: asked.id, model: asked.model, created: Math.floor(now.getTime() / 1000) };
  const reading = asked.batches[Symbol.asyncIterator]();
  const first = await reading.next();
  const response = reply.raw;
  reply.hijack();
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
  });
  try {
    for (let read = first; read.done !== true; read = await reading.next()) {
      for (const event of read.value)
        for (const text of frames(answer, event))
          if (!response.write(text) && !response.destroyed)
            await Promise.race([once(response, "drain"), once(response, "close")]);
    }
  } catch (error) {
    const { message, hint = "", code } = error as { message: string; hint?: string; code?: string };
    const told = code?.startsWith("upstream_") ? `${message} ${hint}`.trim() : "The answer broke off.";
    response.write(frame({ error: { message: told, code } }));
  }
  response.end(doneFrame);
  return reply;
}

function* frames(answer: Answer, { event, data }: ModelEvent): Generator<string> {
  if (event === "message_tokens") yield* textChunks(answer, "content", data.content);
  else if (event === "thinking_tokens") yield* textChunks(answer, "reasoning_content", data.content);
  else if (event === "tool_call") yield chunk(answer, { tool_calls: [wireCall(data)] });
  else if (event === "finish") yield chunk(answer, {}, data.reason);
  else yield frame({ ...answer, object: "chat.completion.chunk", choices: [], usage: data });
}
