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
- **Added time to first token** is the difference to the upstream asked directly with the same messages, pair by pair. Until
  lately the long thread's counterpart was 76 kB of short sentences where the thread is 189 kB: 0.36 ms of the difference
  were the upstream's own, which now reads as much both times.
- **Two instances** have one PostgreSQL and one Redis, and each as many streams beside the other as alone. What they relay
  follows from the CPU that a token takes of each, with its turn begun and saved: twice what one does, times what it costs
  alone against beside the other. By the clock two cores cannot show it, as the upstream, the client, PostgreSQL and Redis
  run on them, too.
- **Two workers** are measured by what a token takes of all processes of the server together, their primary included: load
  client and upstream need cores of their own, and on a machine with enough of them two workers relay twice what one process does,
  less what a token costs more.
- **Answering while others wait** is measured in turn with an empty queue, each time by a process of its own, whose progress is
  read at \`/metrics\` ten times a second. Until lately each such look counted all that wait: that, and not the answering, made it
  1.35 x.
- **Memory** is the growth of the resident set after a forced garbage collection, in a fresh process each time; of open streams
  while 50 are open already, since a busy server starts a second thread for its database once.
- **A token's delay** is by how much it comes later than 20 ms after the one before it. The answers without searches
  are stopped before those with searches begin, because a turn goes on when its reader leaves. Before that was so, 200
  answers ran in the second half, and above some 130 tokens leave at a beat of 60 ms (\`src/core/bus/beat.ts\`): the
  40 to 50 ms that searching seemed to cost were the beat. Measured one after the other on the same machine: longest
  56.2 ms with searches, 17.1 without, while 200 ran; 25.7 and 39.9 with 100 in both halves.
`;
