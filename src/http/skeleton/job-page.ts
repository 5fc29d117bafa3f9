import type { JobRecord, Jobs } from "../../jobs/job.ts";
import { given } from "../../lib/given.ts";

type Asked = NonNullable<Parameters<Jobs["list"]>[1]> & { readonly limit: number };

/** A thousand jobs may be two gigabytes of texts: so many are read at a time, and after so many characters a page ends. */
const atATime = 100;
const longestPage = 20_000_000;

/** The newest of these jobs, `limit` at most and fewer where they are long. `more`: further ones are there, or may be. */
export async function jobPage(
  jobs: Pick<Jobs, "list">,
  of: { readonly userId: string },
  { limit, before, ...filter }: Asked,
): Promise<{ readonly found: readonly JobRecord[]; readonly more: boolean }> {
  const found: JobRecord[] = [];
  let size = 0;
  for (let last = before; ; last = found.at(-1)?.id) {
    const wanted = Math.min(atATime, limit + 1 - found.length);
    const step = await jobs.list(of, { ...filter, ...given({ before: last }), limit: wanted });
    for (const job of step) {
      if (found.length === limit) return { found, more: true };
      found.push(job);
      size += textOf(job);
      if (size > longestPage) return { found, more: true };
    }
    if (step.length < wanted) return { found, more: false };
  }
}

const textOf = ({ prompt, instructions = "", result }: JobRecord): number =>
  prompt.length + instructions.length + (result?.length ?? 0);
