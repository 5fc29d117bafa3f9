import { useState } from "react";
import { parseTime } from "../lib/times.ts";
import { Notice } from "../workspace/notice.tsx";
import { Bars } from "./bars.tsx";
import { msText } from "./times.ts";
import { useJobWords } from "./use-job-words.ts";
import { useJobStats } from "./use-jobs.ts";

/** In hours. */
const windows = [1, 24, 168] as const;

/** How many jobs waited or ran, and how long they took, over time. */
export function JobChart() {
  const words = useJobWords();
  const [hours, setHours] = useState<(typeof windows)[number]>(24);
  const stats = useJobStats(hours);
  if (stats.isError && stats.data === undefined) return <Notice error={stats.error} />;
  const spans = stats.data?.spans ?? [];
  const time = new Intl.DateTimeFormat(document.documentElement.lang, {
    ...(hours > 24 && { weekday: "short" }),
    ...{ hour: "numeric", minute: "numeric" },
  });
  const when = (at: string) => time.format(parseTime(at));
  const depths = spans.map(({ depth }) => depth);
  const took = spans.map(({ wait_ms, run_ms }) => [run_ms ?? 0, wait_ms ?? 0] as const);
  const longest = Math.max(...took.map(([run, wait]) => run + wait), 0);
  const last = spans.findLast(({ run_ms }) => run_ms !== null);
  return (
    <section className="job-chart" aria-label={`${words.depth}, ${words.took}`}>
      <select
        aria-label={words.over}
        value={hours}
        onChange={({ target }) => setHours(windows.find((each) => String(each) === target.value) ?? 24)}
      >
        {windows.map((each) => (
          <option key={each} value={each}>
            {words.spans[each]}
          </option>
        ))}
      </select>
      <Bars
        name={words.depth}
        figures={`${words.now(depths.at(-1) ?? 0)} · ${words.most(String(Math.max(...depths, 0)))}`}
        said={words.depthSaid(depths.at(-1) ?? 0, Math.max(...depths, 0))}
        bars={spans.map(({ at, depth }) => ({ parts: [depth], title: words.at(when(at), String(depth)) }))}
      />
      <Bars
        name={words.took}
        figures={longest === 0 ? "" : words.most(msText(longest))}
        said={last ? words.tookSaid(msText(last.wait_ms ?? 0), msText(last.run_ms ?? 0)) : words.tookNothing}
        bars={spans.map(({ at }, index) => {
          const [run, wait] = took[index] ?? [0, 0];
          const both = `${words.waited} ${msText(wait)}, ${words.ran} ${msText(run)}`;
          return { parts: [run, wait], title: words.at(when(at), both) };
        })}
      />
    </section>
  );
}
