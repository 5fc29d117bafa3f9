import { hash, parseOptions, verify } from "@node-rs/bcrypt";
import { SkeletonError } from "../../lib/errors.ts";

/** Like the hashes that are already out there; about 0.25 s of one core. */
const DEFAULT_COST = 12;
/** 16 takes some 4 s; what is above would let one sign-in hold a core for a minute and more. */
const MAX_COST = 16;
/** bcrypt reads no further. */
const MAX_BYTES = 72;
const HASH = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

/** The cost of a bcrypt hash ($2a$, $2b$, $2y$), or `undefined` when it is none that we would check. */
export function costOf(stored: string): number | undefined {
  if (!HASH.test(stored)) return undefined;
  try {
    const { cost } = parseOptions(stored);
    return cost <= MAX_COST ? cost : undefined;
  } catch {
    return undefined; // right letters, but not a hash: parseOptions says so by throwing
  }
}

/**
 * A new bcrypt hash. The password is trimmed, as it is when somebody signs in.
 * @throws `bad_input` for one that is empty, over 72 bytes, holds a NUL, or is shorter than `minLength` characters.
 */
export async function hashPassword(
  raw: string,
  options: { readonly minLength?: number; readonly cost?: number | undefined } = {},
): Promise<string> {
  const password = raw.trim();
  const minLength = options.minLength ?? 1;
  if ([...password].length < minLength)
    throw new SkeletonError(
      "bad_input",
      password === "" ? "The password is empty." : `The password is shorter than ${minLength} characters.`,
      { hint: `Choose one of at least ${minLength} characters.` },
    );
  if (!fits(password))
    throw new SkeletonError(
      "bad_input",
      `The password is ${Buffer.byteLength(password)} bytes long or holds a NUL; bcrypt reads at most ${MAX_BYTES} bytes, and no further than a NUL.`,
      { hint: `Choose one of at most ${MAX_BYTES} bytes (letters beyond A to Z take two to four each).` },
    );
  return hash(password, { cost: options.cost ?? DEFAULT_COST });
}

/** Whether the (trimmed) password fits the hash. One that bcrypt would cut is wrong, after the same time. */
export async function verifyPassword(raw: string, stored: string): Promise<boolean> {
  const password = raw.trim();
  const usable = password !== "" && fits(password);
  const same = await verify(usable ? password : "-", stored);
  return same && usable;
}

/**
 * A hash that no password has, to be checked for a name that nobody has. Its cost is that of some user, chosen by the
 * name: asking twice takes equally long, and names that exist and names that do not take equally long on the whole.
 * @param otherwise the cost when there are no users.
 */
export function hashOfNobody(
  name: string,
  costs: readonly number[],
  otherwise: number = DEFAULT_COST,
): string {
  const place = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7);
  const cost = costs[place % Math.max(costs.length, 1)] ?? otherwise;
  return `$2b$${String(cost).padStart(2, "0")}$${".".repeat(53)}`;
}

const fits = (password: string) => Buffer.byteLength(password) <= MAX_BYTES && !password.includes("\0");
