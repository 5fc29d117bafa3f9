import { useId } from "react";

/** A bar of parts that stand on each other, from below. */
export type Bar = { readonly parts: readonly number[]; readonly title: string };

type Props = {
  readonly name: string;
  /** The newest value, and the greatest, in words. */
  readonly figures: string;
  /** What is to be seen, for whoever does not see it. */
  readonly said: string;
  readonly bars: readonly Bar[];
};

const [width, height, gap] = [240, 56, 2];

/** Bars over time, the oldest first; the highest one is as high as there is room. */
export function Bars({ name, figures, said, bars }: Props) {
  const id = useId();
  const most = Math.max(...bars.map(({ parts }) => sum(parts)), 0) || 1;
  const step = width / bars.length;
  return (
    <figure className="job-bars">
      <figcaption id={id}>
        <span>{name}</span> <span className="quiet">{figures}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}. ${said}`}
      >
        <line className="job-ground" x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
        {bars.map(({ parts, title }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bars are places in time, and change what they show
          <g key={index}>
            <title>{title}</title>
            <rect className="job-span" x={index * step} y="0" width={step} height={height} />
            {parts.map((part, place) => {
              const high = (part / most) * (height - 2);
              const below = (sum(parts.slice(0, place)) / most) * (height - 2);
              return (
                <rect
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  key={place}
                  className={`job-part-${place}`}
                  x={index * step + gap / 2}
                  y={height - 1 - below - high}
                  width={step - gap}
                  height={high}
                />
              );
            })}
          </g>
        ))}
      </svg>
    </figure>
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
