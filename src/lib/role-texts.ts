/** Characters, counted as whole ones, that a chat role's texts may have. */
export const roleLimits = { name: 100, instructions: 5000 } as const;

/** Of one user, and of all shared ones. */
export const rolesAtMost = 500;

type RoleText = keyof typeof roleLimits;

/** What keeps a text from being a chat role's name or instructions, once it is trimmed. `lines`: a name is one line. */
export function roleTextFault(what: RoleText, raw: string): "blank" | "long" | "lines" | undefined {
  const text = raw.trim();
  if (text === "") return "blank";
  if ([...text].length > roleLimits[what]) return "long";
  return what === "name" && /[\p{Cc}\u2028\u2029]/u.test(text) ? "lines" : undefined;
}

/** Names of one fold are one name. */
export const foldedName = (name: string): string => name.normalize("NFC").toLowerCase();
