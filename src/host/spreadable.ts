/**
 * A part as a plugin above it can spread it: `{ ...part }` takes an object's own members only, and would leave the methods of
 * a class behind. Methods stay bound to the part, so that private fields are found. Its `shutdown` is not among them: the
 * host shuts the part down itself.
 */
export function spreadable<Part extends object>(part: Part): Part {
  const copy: Record<string, unknown> = {};
  let inherits = false;
  for (
    let level: object = part;
    level !== Object.prototype && level !== null;
    level = Object.getPrototypeOf(level)
  ) {
    inherits ||= level !== part;
    for (const name of Object.getOwnPropertyNames(level)) {
      if (name === "constructor" || name === "shutdown" || Object.hasOwn(copy, name)) continue;
      const value: unknown = Reflect.get(part, name);
      copy[name] = typeof value === "function" ? value.bind(part) : value;
    }
  }
  return inherits ? (copy as Part) : part;
}
