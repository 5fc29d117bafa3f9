import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from "prom-client";
import type { JobEnd, JobObserver } from "../jobs/run-job.ts";
import { askOnce } from "../lib/peer.ts";
import type { WorkerPlace } from "../lib/worker-place.ts";
import type { Outcome, TurnObserver } from "../turns/run-turn.ts";

/** What is counted, for `/metrics`. */
export type Metrics = {
  readonly registry: Registry;
  readonly turns: TurnObserver;
  readonly jobs: JobObserver;
  readonly openStreams: Gauge;
  request(route: string, method: string, status: number, seconds: number): void;
  storeCall(method: string, seconds: number): void;
  /** Counts waiting jobs whenever somebody looks; what it does not know is no number. */
  watchQueue(waiting: () => Promise<number | undefined>): void;
  /** All of it for Prometheus; of one of several workers, that of the others as well, each with its number. */
  text(): Promise<string>;
};

type Figures = readonly MetricObjectWithValues<MetricValue<string>>[];

/** How long the other workers have to tell theirs: less than Prometheus waits. */
const patienceMs = 2_000;

export function createMetrics(place?: WorkerPlace): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  if (place !== undefined) {
    registry.setDefaultLabels({ worker: String(place.number) }); // not summed: a worker that died would take its part out of a sum
    place.primary.serve("metrics", async function* () {
      yield await registry.getMetricsAsJSON();
    });
  }
  const registers = [registry];
  const requests = new Histogram({
    name: "skeleton_http_request_seconds",
    help: "Time to answer a request; of a stream, to its end.",
    labelNames: ["route", "method", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  const failed = new Counter({
    name: "skeleton_http_failures_total",
    help: "Requests answered with 5xx.",
    registers,
  });
  const started = new Counter({ name: "skeleton_turns_started_total", help: "Turns begun.", registers });
  const ended = new Counter({
    name: "skeleton_turns_ended_total",
    help: "Turns ended, by how.",
    labelNames: ["state"],
    registers,
  });
  const jobsRunning = new Gauge({
    name: "skeleton_jobs_running",
    help: "Jobs that this process runs now.",
    registers,
  });
  const jobsEnded = new Counter({
    name: "skeleton_jobs_ended_total",
    help: "Jobs that this process has brought to an end, by how.",
    labelNames: ["state"],
    registers,
  });
  // What has not happened yet is told as 0: Prometheus sees no first time in a figure that is born as 1.
  for (const state of ["done", "failed", "interrupted"] satisfies Outcome[]) ended.inc({ state }, 0);
  for (const state of ["done", "error", "cancelled"] satisfies JobEnd[]) jobsEnded.inc({ state }, 0);
  const jobSeconds = new Histogram({
    name: "skeleton_job_seconds",
    help: "Time from the submission of a job to its end.",
    buckets: [0.1, 0.5, 2, 10, 60, 300, 1800, 7200],
    registers,
  });
  const tokens = new Counter({
    name: "skeleton_token_events_total",
    help: "Events with text that models sent.",
    registers,
  });
  const firstToken = new Histogram({
    name: "skeleton_first_token_seconds",
    help: "Time from a request to the first token.",
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const store = new Histogram({
    name: "skeleton_store_seconds",
    help: "Time of a call to the store.",
    labelNames: ["method"],
    buckets: [0.0005, 0.002, 0.01, 0.05, 0.25, 1, 5],
    registers,
  });
  return {
    registry,
    openStreams: new Gauge({ name: "skeleton_open_streams", help: "Event streams being read.", registers }),
    turns: {
      started: () => started.inc(),
      firstToken: (seconds) => firstToken.observe(seconds),
      tokens: (count) => tokens.inc(count),
      ended: (state) => ended.inc({ state }),
    },
    jobs: {
      began: () => jobsRunning.inc(),
      left: () => jobsRunning.dec(),
      ended(state, seconds) {
        jobsEnded.inc({ state });
        jobSeconds.observe(seconds);
      },
    },
    request(route, method, status, seconds) {
      requests.observe({ route, method, status: String(status) }, seconds);
      if (status >= 500) failed.inc();
    },
    storeCall: (method, seconds) => store.observe({ method }, seconds),
    watchQueue(waiting) {
      new Gauge({
        name: "skeleton_jobs_waiting",
        help: "Jobs that wait, in the whole installation; NaN while the database does not answer.",
        registers,
        async collect() {
          // Whoever looks wants the other figures all the more when the database is away.
          this.set((await waiting().catch(() => undefined)) ?? Number.NaN);
        },
      });
    },
    async text() {
      if (place === undefined) return registry.metrics();
      const others = await askOnce<readonly Figures[]>(
        place.primary,
        "metrics of others",
        {},
        AbortSignal.timeout(patienceMs),
      ).catch(() => undefined); // what is missing is told by its series
      const all = [await registry.getMetricsAsJSON(), ...(others ?? [])];
      // Of nothing there are two with the same labels, so nothing is summed, and nothing need be left out.
      const each = all.map((figures) => figures.map((metric) => ({ ...metric, aggregator: "sum" })));
      return AggregatorRegistry.aggregate(each).metrics();
    },
  };
}
