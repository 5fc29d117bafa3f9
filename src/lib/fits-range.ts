type Version = readonly [major: number, minor: number, patch: number];
type Step = { readonly operator: string; readonly parts: readonly number[] };

/**
 * Whether a version lies in a range as package.json writes them: `1.2.3`, `1`, `1.x`, `^1.2`, `~1.2`, `>=1.2 <3`, `*`,
 * and several of these with `||` between them. What follows a `-` or `+` in the version counts for nothing.
 * @returns undefined when `range` is none.
 */
export function fitsRange(range: string, version: string): boolean | undefined {
  const [own] = version.split(/[-+]/, 1);
  const at = own?.split(".").map(Number) as unknown as Version;
  const choices = range.split("||").map(stepsOf);
  if (choices.some((steps) => steps === undefined)) return undefined;
  return choices.some((steps) => steps?.every((step) => fits(step, at)));
}

function stepsOf(text: string): readonly Step[] | undefined {
  const words = text
    .trim()
    .replace(/([<>=^~])\s+/g, "$1")
    .split(/\s+/);
  const steps = words.map(stepOf);
  return steps.every((step) => step !== undefined) ? steps : undefined;
}

function stepOf(word: string): Step | undefined {
  const match = /^(\^|~|>=|<=|>|<|=|)v?(?:\*|x|(\d+)(?:\.(?:x|\*|(\d+)(?:\.(?:x|\*|(\d+)))?))?)$/.exec(word);
  if (match === null) return undefined;
  const [, operator = "", ...numbers] = match;
  return { operator, parts: numbers.filter((number) => number !== undefined).map(Number) };
}

/** A step with fewer than three parts is a span of versions: it begins at `from`, and `after` is the first one above. */
function fits({ operator, parts }: Step, at: Version): boolean {
  if (parts.length === 0) return true;
  const [major = 0, minor = 0, patch = 0] = parts;
  const from: Version = [major, minor, patch];
  const after = raised(from, parts.length - 1);
  switch (operator) {
    case ">=":
      return !below(at, from);
    case ">":
      return !below(at, after);
    case "<":
      return below(at, from);
    case "<=":
      return below(at, after);
    case "^": {
      const first = parts.findIndex((part) => part > 0);
      return !below(at, from) && below(at, raised(from, first === -1 ? parts.length - 1 : first));
    }
    case "~":
      return !below(at, from) && below(at, raised(from, Math.min(1, parts.length - 1)));
    default:
      return !below(at, from) && below(at, after);
  }
}

/** The first version that differs at `place` from all that have these parts up to there. */
const raised = (version: Version, place: number): Version =>
  version.map((part, at) => (at < place ? part : at === place ? part + 1 : 0)) as unknown as Version;

function below(one: Version, other: Version): boolean {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at !== -1 && (one[at] ?? 0) < (other[at] ?? 0);
}
