/** Whether two objects, or two lists, hold the very same values. */
export function isShallowEqual(one: object, other: object): boolean {
  const values = Object.entries(other);
  const known = new Map(Object.entries(one));
  return known.size === values.length && values.every(([key, value]) => Object.is(known.get(key), value));
}
