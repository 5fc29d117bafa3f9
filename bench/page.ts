/** `docs/benchmarks.md`. */
export const page = (run: {
  readonly table: string;
  readonly machine: string;
  readonly messages: number;
  readonly rounds: number;
  /** Other work ran on the machine. */
  readonly busy: boolean;
}): string => `# Benchmarks

\`npm run bench\` measures this table in one run: a scripted upstream, a bare byte pipe, Skeleton and the load client
are processes of their own, all on loopback. \`-- --quick\` takes 90 seconds, \`-- --full\` a quarter of an hour,
\`-- --only relay,search\` some rows, and \`-- --write\` puts the result here.

${run.table}

Measured on ${run.machine}, with ${run.messages.toLocaleString("en")} messages and ${run.rounds} rounds${run.busy ? ", while other work ran on the machine: a look, not a promise" : ""}.

## How to read it

- **The pipe** is a \`node:http\` server that writes the upstream's bytes on as they come: the least a relay can do.
  It parses nothing, stores nothing and cannot replay. Pipe and Skeleton are measured in turn, round by round, and
  the ratio is the median of the rounds' ratios.
- **CPU** is user and system time of the whole process with all its threads, so the database's threads count. The
  first row of each pair is the time while all answers run, checkpoints included; the second has the begin and the
  end of every turn in it: the message stored and flushed, the answer saved and made searchable.
- **Two workers** are measured by what a token takes of all processes of the server together, their primary included: load
  client and upstream need cores of their own, and on a machine with enough of them two workers relay twice what one process does,
  less what a token costs more.
- **Added time to first token** is the difference to the upstream asked directly with as long a request, pair by pair.
- **Memory** is the growth of the resident set after a forced garbage collection, in a fresh process each time.
- **A token's delay** is by how much it comes later than 20 ms after the one before it.
`;
