const prefix = "role:";

/** The key by which a chat role is chosen where a system prompt is. */
export const roleKey = (id: string): string => prefix + id;

/** The chat role that a key names; `undefined` for the key of any other prompt. */
export const roleIdOf = (key: string): string | undefined =>
  key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
