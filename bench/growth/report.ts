import { digits } from "../table.ts";
import type { Figures } from "./figures.ts";
import { calls, type Line, type Point } from "./measure.ts";
import { small, titles } from "./populations.ts";

/** How much slower a call may be at the largest size than at the smallest. */
export const mostGrowth = 3;

/** Each call of each line, with what it took at the largest size against the smallest. */
export const growths = (lines: readonly Line[]) =>
  lines.flatMap(({ engine, axis, points }) =>
    calls.map((call) => ({ engine, axis, call, growth: growthOf(points, ({ times }) => times[call]) })),
  );

function growthOf(points: readonly Point[], of: (point: Point) => number): number {
  const [first, last] = [points[0], points.at(-1)];
  return first && last ? of(last) / of(first) : Number.NaN;
}

/** `docs/sizing.md`. */
export const report = (run: {
  readonly lines: readonly Line[];
  readonly figures: Figures;
  readonly machine: string;
  /** Other work ran on the machine. */
  readonly busy: boolean;
}): string => `# How large it may become

What a machine carries, what a conversation costs, and what does not get slower when there is more of everything.

## What to choose

${sizes(run.figures)}

Worked out from [benchmarks.md](benchmarks.md): a token of an answer takes ${run.figures.tokenUs} µs of CPU with its turn's begin and end, so
a core at half its power relays ${perCore(run.figures.tokenUs)} answers of 50 tokens a second; where servers share a PostgreSQL and a Redis it
takes ${digits(run.figures.shared)} times as much. An open answer takes ${run.figures.streamKb} kB, a server that does nothing
${run.figures.idleMb} MB. Somebody at work has an answer running a thirtieth of the time (ten seconds of every five minutes), hence the
people. What several servers carry is what one does times as many ([benchmarks.md](benchmarks.md) has the row of two), not measured
on such machines. A local model wants its own cores and memory beside all this: [local-models.md](local-models.md).

- **SQLite** is right for one server. There is nothing to look after, it answers sooner, and with 100,000 threads nothing is slower
  than with ten.
- **PostgreSQL** is for what others back up and watch, and for more than one server: [postgresql.md](postgresql.md).
- **Workers** (\`--workers N\`) are for more cores of one machine, with SQLite and nothing else: a token takes of two of them 1.1 times what it
  takes of one process, and more only where it is watched at the other worker: [deployment.md](deployment.md).
- **More servers** (\`REDIS_URL\`) are for more answers at once than a core relays, and for going on when one dies:
  [deployment.md](deployment.md). One server uses a core for the answers and some of a second one for its database.
- **Jobs** are answered ${run.figures.jobsASecond} a second on two cores; workers beside the server take them off it: [jobs.md](jobs.md).

On the disk a message of some 20 words, in the search index too, takes ${onDisk(run.lines)}.

## What it costs as it grows

\`npm run bench:growth\` measures this, over HTTP, with what the page asks for: the first page of the list, the last 40 messages of a
thread, a search for a word that ten threads have, and a message until it is durable. All else is small: ${small.users} users, ${small.threads} threads
each, ${small.messages} messages a thread. Medians in ms; *growth* is the last against the first, and a run fails above ${mostGrowth} x.

![The same as a chart: the lines are flat](growth.svg)

${tables(run.lines)}

Measured on ${run.machine}${run.busy ? ", while other work ran on the machine: a look, not a promise" : ""}.

## What does grow

- **A search for a frequent word** ranks everything of this user's that has it. With a word that one in ten messages has:
  ${frequent(run.lines)}.
  A second word in the question makes it short again.
- **An answer in a long thread** begins later, since the model is sent all that fits its window; see the row of 1,000 messages in
  [benchmarks.md](benchmarks.md).
- **users.yaml** is read whole at the start and whenever it changes. Up to 10,000 users that is not felt:
  ${starts(run.lines)}.
`;

const perCore = (tokenUs: number): number => Math.floor(1_000_000 / tokenUs / 50 / 2 / 10) * 10;

function sizes(figures: Figures): string {
  const row = (machine: string, servers: number, choose: string) => {
    const answers = servers * perCore(servers > 1 ? figures.tokenUs * figures.shared : figures.tokenUs);
    const memory = (servers * figures.idleMb + (answers * figures.streamKb) / 1000).toFixed(0);
    return [machine, String(answers), (answers * 30).toLocaleString("en"), `${memory} MB`, choose];
  };
  return table(
    ["machine", "answers at once", "people at work", "memory of the servers", "choose"],
    [
      row("1 or 2 cores, 1 GB", 1, "SQLite, one server"),
      row("4 cores, 4 GB", 2, "PostgreSQL, Redis, two servers"),
      row("8 cores, 8 GB", 4, "the same, four servers"),
      row("more", 8, "the same on several machines, a balancer in front"),
    ],
  );
}

function tables(lines: readonly Line[]): string {
  const axes = [...new Set(lines.map(({ axis }) => axis))];
  return axes
    .map((axis) => {
      const own = lines.filter((line) => line.axis === axis);
      const heads = (own[0]?.points ?? []).map(({ size }) => size.toLocaleString("en"));
      const rows = own.flatMap(({ engine, points }) =>
        calls.map((call) => [
          `${engine}, ${call}`,
          ...points.map(({ times }) => digits(times[call])),
          `${digits(growthOf(points, ({ times }) => times[call]))} x`,
        ]),
      );
      return table([titles[axis], ...heads, "growth"], rows);
    })
    .join("\n\n");
}

function onDisk(lines: readonly Line[]): string {
  const kept = lines.flatMap(({ engine, axis, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    if (axis !== "users" || !first || !last) return [];
    const messages = (last.size - first.size) * small.threads * small.messages;
    return [`${((last.bytes - first.bytes) / messages / 1000).toFixed(1)} kB on ${engine}`];
  });
  return kept.join(", ");
}

const frequent = (lines: readonly Line[]): string =>
  lines
    .filter(({ axis }) => axis === "threads")
    .map(({ engine, points }) => {
      const times = points.map(
        ({ size, frequentMs }) => `${digits(frequentMs)} ms (${size.toLocaleString("en")})`,
      );
      return `${engine} ${times.join(", ")}`;
    })
    .join(";\n  ");

function starts(lines: readonly Line[]): string {
  const points = lines.find(({ axis }) => axis === "users")?.points ?? [];
  const times = points.map(
    ({ size, startMs }) => `${digits(startMs)} ms with ${size.toLocaleString("en")} users`,
  );
  return `a start takes ${times.join(", ")}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
