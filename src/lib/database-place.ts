import { SkeletonError } from "./errors.ts";

const encoded = "Characters such as @ / # ? in a password are written as %40 %2F %23 %3F.";

/**
 * Where the address of a PostgreSQL database leads, to be shown: without its password and what follows a `?`.
 * @throws `bad_input` for what is no such address, or has its password in a wrong place; its text is never told.
 */
export function databasePlace(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const named = parsed?.hostname !== "" || parsed.searchParams.has("host"); // a folder of sockets
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol) || !named)
    throw new SkeletonError("bad_input", "This is no address of a PostgreSQL database.", {
      hint: `Write it as postgres://USER:PASSWORD@HOST:5432/DATABASE. ${encoded}`,
    });
  // A password that was not encoded may have ended up in these.
  if (parsed.hash !== "" || `${parsed.pathname}${parsed.search}`.includes("@"))
    throw new SkeletonError(
      "bad_input",
      "The address of the database has a character that must be encoded.",
      {
        hint: encoded,
      },
    );
  const { protocol, username, host, pathname } = parsed;
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}
