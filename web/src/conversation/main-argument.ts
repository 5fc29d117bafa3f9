/** Arguments whose names say that they matter most. */
const telling = ["query", "q", "url", "path", "file", "filename", "command", "cmd", "code", "name", "id"];

/** The one argument of a call that is worth a place in its line, on one line; "" when there is none. */
export function mainArgument(text: string): string {
  const parsed = parse(text);
  if (typeof parsed !== "object" || parsed === null)
    return oneLine(typeof parsed === "string" ? parsed : text);
  const values = parsed as Readonly<Record<string, unknown>>;
  const isPlain = (value: unknown) => ["string", "number", "boolean"].includes(typeof value) && value !== "";
  const name =
    telling.find((key) => isPlain(values[key])) ?? Object.keys(values).find((key) => isPlain(values[key]));
  return name === undefined ? "" : oneLine(String(values[name]));
}

/** Arguments as they are read best: JSON with its lines, anything else as it is. */
export function readableArguments(text: string): string {
  const parsed = parse(text);
  return parsed === undefined ? text : JSON.stringify(parsed, null, 2);
}

/** A result as it is read best: JSON with its lines where nothing is lost by that, as an id beyond 2^53 would be. */
export function readableResult(text: string): string {
  const parsed = parse(text);
  return parsed !== undefined && JSON.stringify(parsed) === text ? JSON.stringify(parsed, null, 2) : text;
}

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim().slice(0, 200);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a model's own text: perhaps not even JSON
  }
}
