import { models } from "./models.ts";
import { median, quantile } from "./statistics.ts";
import { openStream, type Said, type Source } from "./stream-client.ts";
import { atMost, digits, type Row } from "./table.ts";

/** How much later the first token comes than from the upstream itself, asked in turn. */
export async function measureFirstToken(
  row: string,
  direct: Source,
  own: Source,
  times: number,
  limitMs = 5,
): Promise<Row> {
  const added: number[] = [];
  for (let index = -5; index < times; index += 1) {
    const there = await firstToken(direct);
    const here = await firstToken(own);
    if (index >= 0) added.push(here - there); // the first few warm it up
  }
  return atMost(row, median(added), limitMs, "ms", ` p50, ${digits(quantile(added, 0.99))} ms p99`);
}

async function firstToken(source: Source): Promise<number> {
  const stream = openStream(source, models.short);
  const ms = await stream.firstToken;
  await stream.ended;
  return ms;
}

/** What a thread's next request tells the model. */
export async function saidIn(url: string, token: string, threadId: string): Promise<readonly Said[]> {
  const response = await fetch(`${url}/api/v1/threads/${threadId}/messages`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`the thread cannot be read: ${await response.text()}`);
  const messages = (await response.json()) as readonly Said[];
  return messages.map(({ role, content }) => ({ role, content }));
}
