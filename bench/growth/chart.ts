import { calls, type Line } from "./measure.ts";
import { titles } from "./populations.ts";

/* Small pictures side by side, an engine a row and what grows a column, on a scale of logarithms to the right. */

const panel = { width: 236, height: 168, left: 40, top: 34, right: 14, bottom: 30 } as const;
const head = 64;

const colours = {
  list: ["#1d4ed8", "#8ab4ff"],
  open: ["#0f766e", "#5eead4"],
  search: ["#b45309", "#fbbf24"],
  append: ["#7e22ce", "#d8a4ff"],
} as const;

const styles = `
  text { font: 12px system-ui, sans-serif; fill: #1f2933 }
  .title { font-weight: 600 } .quiet { fill: #52606d } .grid { stroke: #d5dbe1 } .paper { fill: #ffffff }
  ${calls.map((call) => `.${call} { stroke: ${colours[call][0]} } circle.${call} { fill: ${colours[call][0]} }`).join(" ")}
  polyline { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb } .quiet { fill: #9fb0c0 } .grid { stroke: #364350 } .paper { fill: #12181f }
    ${calls.map((call) => `.${call} { stroke: ${colours[call][1]} } circle.${call} { fill: ${colours[call][1]} }`).join(" ")}
  }`;

/** The times of all calls over what grows, as an SVG that reads well on light and dark pages. */
export function chart(lines: readonly Line[]): string {
  const engines = [...new Set(lines.map(({ engine }) => engine))];
  const axes = [...new Set(lines.map(({ axis }) => axis))];
  const most = ceiling(
    Math.max(...lines.flatMap(({ points }) => points.flatMap(({ times }) => Object.values(times)))),
  );
  const [width, height] = [axes.length * panel.width + 8, head + engines.length * panel.height + 4];
  const panels = lines.map((line) => {
    const [x, y] = [
      axes.indexOf(line.axis) * panel.width,
      head + engines.indexOf(line.engine) * panel.height,
    ];
    return `<g transform="translate(${x} ${y})">${panelOf(line, most)}</g>`;
  });
  const legend = calls.map(
    (call, at) =>
      `<g transform="translate(${panel.left + at * 92} 46)"><circle class="${call}" r="4" cy="-4"/><text x="10">${call}</text></g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="what">
<title id="what">Milliseconds that listing, opening, searching and appending take while threads, messages or users grow</title>
<style>${styles}
</style>
<rect class="paper" width="${width}" height="${height}" rx="8"/>
<text class="title" x="${panel.left}" y="22">Milliseconds a call takes (median), while one thing grows</text>
${legend.join("\n")}
${panels.join("\n")}
</svg>
`;
}

function panelOf({ engine, axis, points }: Line, most: number): string {
  const [inner, tall] = [panel.width - panel.left - panel.right, panel.height - panel.top - panel.bottom];
  const logs = points.map(({ size }) => Math.log10(size));
  const [first = 0, last = 1] = [logs[0], logs.at(-1)];
  const x = (size: number) => round(panel.left + ((Math.log10(size) - first) / (last - first)) * inner);
  const y = (ms: number) => round(panel.top + tall * (1 - ms / most));
  const grid = [0, most / 2, most].map(
    (ms) =>
      `<line class="grid" x1="${panel.left}" x2="${panel.left + inner}" y1="${y(ms)}" y2="${y(ms)}"/><text class="quiet" x="${panel.left - 6}" y="${y(ms) + 4}" text-anchor="end">${ms}</text>`,
  );
  const ticks = points.map(
    ({ size }) =>
      `<text class="quiet" x="${x(size)}" y="${panel.top + tall + 18}" text-anchor="middle">${short(size)}</text>`,
  );
  const curves = calls.map((call) => {
    const dots = points.map(({ size, times }) => [x(size), y(times[call])] as const);
    return `<polyline class="${call}" points="${dots.map((dot) => dot.join(",")).join(" ")}"/>${dots.map(([cx, cy]) => `<circle class="${call}" cx="${cx}" cy="${cy}" r="2.5"/>`).join("")}`;
  });
  const title = `<text class="title" x="${panel.left}" y="22">${engine}: ${titles[axis]}</text>`;
  return [title, ...grid, ...ticks, ...curves].join("\n");
}

/** The next even number of ms that is good to read. */
const ceiling = (ms: number): number => Math.ceil(ms / 4) * 4;
const round = (value: number): number => Math.round(value * 10) / 10;
const short = (size: number): string => (size >= 1_000 ? `${size / 1_000}k` : String(size));
