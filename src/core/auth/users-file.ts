import { setImmediate } from "node:timers/promises";
import { type Document, isMap, isScalar, type Pair, parseDocument, type Scalar } from "yaml";
import { maskFault } from "../../lib/mask-check.ts";
import { lookAlikeKeys } from "./look-alike.ts";
import { costOf } from "./password.ts";
import { nameFault } from "./user-name.ts";

/** A line of the users file that can be used. */
export type Account = {
  /** Canonical. */
  readonly name: string;
  readonly role: string;
  /** bcrypt. */
  readonly hash: string;
  /** Of the hash: each step doubles the time of a sign-in. */
  readonly cost: number;
  /** A regular expression that must match a model's whole name; absent: all models. */
  readonly mask?: string;
};

type UserFault = { readonly name: string; readonly fault: string };

/** `accounts` by name, in the file's order; an entry with a fault is in `faults` and in nothing else. */
export type UsersFile = {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly faults: readonly UserFault[];
};

/**
 * The text as a document that keeps its comments. A name that YAML takes for a number, a truth or nothing (`007`,
 * `true`) is the text that stands there. Duplicate names are let through: they are one entry's fault.
 */
export function parseUsersDocument(text: string): Document {
  const document = parseDocument(text, { uniqueKeys: false, merge: false });
  if (isMap(document.contents))
    for (const { key } of document.contents.items)
      if (isScalar(key) && typeof key.value !== "string")
        key.value = (key as Scalar & { readonly source?: string }).source ?? String(key.value);
  return document;
}

/**
 * Reads `name: {hash, role, model_mask?}` entries.
 * @returns the users, or what is wrong with the file as a whole.
 */
export async function parseUsers(text: string): Promise<UsersFile | { readonly broken: string }> {
  const document = parseUsersDocument(text);
  const [error] = document.errors;
  if (error !== undefined) return { broken: error.message.split("\n")[0] ?? "not YAML" };
  if (document.contents === null) return { accounts: new Map(), faults: [] };
  if (isScalar(document.contents) && document.contents.value === null)
    return { accounts: new Map(), faults: [] };
  if (!isMap(document.contents)) return { broken: "it is not a map of users" };

  const accounts = new Map<string, Account>();
  const faults: UserFault[] = [];
  const taken = new Map<string, string>();
  for (const pair of document.contents.items) {
    const name = nameOf(pair as Pair)
      .trim()
      .normalize("NFC");
    const entry = readEntry(name, readValue(document, pair as Pair));
    const keys = lookAlikeKeys(name);
    const other = keys.map((key) => taken.get(key)).find((found) => found !== undefined);
    if (typeof entry === "string") faults.push({ name, fault: entry });
    else if (other !== undefined)
      faults.push({ name, fault: other === name ? "is there twice" : `looks like ${JSON.stringify(other)}` });
    else {
      accounts.set(name, entry);
      for (const key of keys) taken.set(key, name);
    }
    if (typeof entry === "string" || entry.mask !== undefined) await setImmediate(); // masks may take their whole time limit
  }
  return { accounts, faults };
}

export const nameOf = ({ key }: Pair): string =>
  String(isScalar(key) ? key.value : key)
    .trim()
    .normalize("NFC");

function readValue(document: Document, pair: Pair): unknown {
  const node = pair.value as { toJS?: (document: Document) => unknown } | null;
  try {
    return node?.toJS?.(document);
  } catch {
    return undefined; // an alias to nothing, or one that multiplies without end: this entry's fault, not the file's
  }
}

/** The account, or what is wrong with the entry as the end of a sentence. */
function readEntry(name: string, value: unknown): Account | string {
  const fault = nameFault(name);
  if (fault !== undefined) return `has a name that ${fault}`;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "needs a map with hash and role";
  const { hash, role, model_mask: mask } = value as Record<string, unknown>;
  const cost = typeof hash === "string" ? costOf(hash) : undefined;
  if (typeof hash !== "string" || cost === undefined)
    return "needs a bcrypt hash ($2a$, $2b$ or $2y$, cost at most 16)";
  if (typeof role !== "string" || role.trim() === "") return "needs a role that is a text and not empty";
  const base = { name, role: role.trim(), hash, cost };
  if (mask === undefined || mask === null) return base;
  if (typeof mask !== "string") return "has a model_mask that is not a text";
  const wrong = maskFault(mask);
  return wrong === undefined ? { ...base, mask } : `has a model_mask that cannot be used: ${wrong}`;
}
