import { codeOf, SkeletonError } from "../../../lib/errors.ts";

/** What PostgreSQL's codes mean for whoever set up the database. */
const HINTS: Readonly<Record<string, string>> = {
  "28P01": "Check user name and password in DATABASE_URL.",
  "28000": "Check the user name in DATABASE_URL; a server that wants TLS needs ?sslmode=require at its end.",
  "3D000": "Make it: createdb --encoding UTF8 NAME. Or check the name at the end of DATABASE_URL.",
  "42501": "The user of DATABASE_URL must be allowed to make tables: let it own the database.",
  "53300": "Let the server take more connections (max_connections): each Skeleton has up to nine.",
};

/**
 * A database that cannot be opened, in a sentence for whoever starts the server.
 * @param place the address without its password.
 * @param named how the reader has given it.
 */
export function cannotOpen(place: string, error: unknown, named = "DATABASE_URL"): SkeletonError {
  const cause = causeOf(error);
  if (codeOf(error) !== "store_unavailable" || cause === undefined) return error as SkeletonError;
  const { code, message } = cause;
  const hint = HINTS[code] ?? "Check DATABASE_URL, and that the database runs and can be reached from here.";
  return new SkeletonError("store_unavailable", `The database ${place} cannot be used: ${message}.`, {
    hint: hint.replace("DATABASE_URL", named),
    cause: error,
  });
}

/** Of several addresses that were tried, the last one's. None of an error that comes from here already. */
function causeOf(error: unknown): { readonly code: string; readonly message: string } | undefined {
  const { cause } = error as { readonly cause?: unknown };
  if (!(cause instanceof Error) || cause instanceof SkeletonError) return undefined;
  const one = (cause instanceof AggregateError ? cause.errors.at(-1) : cause) as Error & { code?: unknown };
  return { code: String(one.code ?? ""), message: one.message.replace(/\.$/, "") };
}
