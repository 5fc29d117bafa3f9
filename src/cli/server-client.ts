import { SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import type { ErrorCode } from "../protocols/errors.ts";

export type ServerAccess = {
  /** Base address, for example `http://localhost:8000`. */
  readonly url: string;
  readonly token?: string;
  /** Used when there is no token. */
  readonly credentials?: { readonly username: string; readonly password: string };
};

export type Call = {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly form?: URLSearchParams;
  readonly json?: object;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A signed-in connection to a running server. */
export type ServerClient = {
  /** @throws a coded error for any answer but a good one; whatever `fetch` throws when there is none. */
  call(path: string, call: Call, signal?: AbortSignal): Promise<Response>;
};

/** Signs in, where there is no token yet. @throws `not_authenticated` when there is nothing to sign in with. */
export async function connect(access: ServerAccess): Promise<ServerClient> {
  const base = access.url.replace(/\/+$/, "");
  if (!URL.canParse(base) || !/^https?:/.test(base))
    throw new SkeletonError("bad_input", `${JSON.stringify(access.url)} is not the address of a server.`, {
      hint: "Give SKELETON_URL (or --url) as http://HOST:PORT.",
    });
  const token = access.token ?? (await signIn(base, access.credentials));
  return {
    async call(path, { method = "GET", form, json, headers = {} }, signal) {
      const type = json === undefined ? {} : { "content-type": "application/json" };
      const answer = await fetch(`${base}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...type, ...headers },
        ...given({ body: form ?? (json && JSON.stringify(json)) }),
        ...(signal === undefined ? {} : { signal }),
      });
      if (answer.ok) return answer;
      throw await refusal(answer);
    },
  };
}

async function signIn(base: string, credentials: ServerAccess["credentials"]): Promise<string> {
  if (credentials === undefined)
    throw new SkeletonError("not_authenticated", `Nothing to sign in with at ${base}.`, {
      hint: "Set SKELETON_TOKEN, or SKELETON_USER and SKELETON_PASSWORD.",
    });
  const answer = await fetch(`${base}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(credentials),
  }).catch((error: unknown) => {
    throw unreachable(base, error);
  });
  if (!answer.ok) throw await refusal(answer);
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}

/** The server's own sentence; it says what to do where that is known. */
async function refusal(answer: Response): Promise<SkeletonError> {
  const text = await answer.text().catch(() => "");
  const message = detailOf(text) ?? `${new URL(answer.url).origin} answered with status ${answer.status}.`;
  const hint =
    answer.status === 401
      ? "Set SKELETON_TOKEN, or SKELETON_USER and SKELETON_PASSWORD, to ones that hold."
      : "";
  return new SkeletonError(codes[answer.status] ?? "upstream_refused", message, {
    hint,
    details: { status: answer.status },
  });
}

const codes: Readonly<Record<number, ErrorCode>> = {
  401: "not_authenticated",
  403: "forbidden",
  404: "record_not_found",
  409: "conflict",
  410: "cursor_lost",
  429: "rate_limited",
  502: "upstream_unreachable", // by a proxy before the server, as are the next two while it starts again
  503: "shutting_down",
  504: "upstream_timeout",
};

function detailOf(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown };
    if (typeof detail === "string") return detail;
    if (!Array.isArray(detail)) return undefined;
    return detail
      .map(({ loc, msg }: { loc?: readonly string[]; msg?: string }) => `${loc?.at(-1) ?? ""}: ${msg ?? ""}`)
      .join("; ");
  } catch {
    return undefined; // some other server's page
  }
}

/** @param error what `fetch` threw: its cause knows more. */
export function unreachable(url: string, error: unknown): SkeletonError {
  const { cause } = error as { readonly cause?: { readonly code?: unknown; readonly message?: string } };
  const reason = typeof cause?.code === "string" ? cause.code : (cause?.message ?? String(error));
  return new SkeletonError("upstream_unreachable", `${url} cannot be reached (${reason}).`, {
    hint: "Check SKELETON_URL and that the server runs.",
    cause: error,
  });
}
