/** Whether it is an object as JSON has them: neither null nor a list. `Value` is what the caller knows of what is in it. */
export const isObject = <Value = unknown>(value: unknown): value is Readonly<Record<string, Value>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
