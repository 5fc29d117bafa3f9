import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { Fetch, FetchedAnswer, FetchOptions } from "../protocols/fetch.ts";
import { type AllowedHosts, allowedHosts } from "./allowed-hosts.ts";
import { SkeletonError } from "./errors.ts";
import { fetchOnce, type Outgoing, type Redirect } from "./fetch-once.ts";
import { isPublicAddress } from "./public-address.ts";
import { fromDns, fromSystem, type ResolveName } from "./resolve-name.ts";

const usualRedirects = 5;

/**
 * Fetches what somebody named, from public addresses and allowed ones only; `Fetch` says the rest.
 * @param options.allow as `outbound.allow` of the configuration.
 * @param options.resolve for names that are not allowed by name; default the DNS.
 * @throws `config_invalid`.
 */
export function guardedFetch(options: {
  readonly allow: readonly string[];
  readonly resolve?: ResolveName;
}): Fetch {
  const allowed = allowedHosts(options.allow);
  const resolve = options.resolve ?? fromDns;
  return async (url, asked = {}) => {
    const limit = limited(asked);
    try {
      return await Promise.race([follow(webAddress(url), asked, limit.signal), limit.ended]);
    } finally {
      limit.end();
    }
  };

  async function follow(first: URL, asked: FetchOptions, signal: AbortSignal) {
    const { maxBytes = 5_000_000, cut = false, maxRedirects = usualRedirects } = asked;
    let outgoing: Outgoing = { ...asked, method: asked.method ?? "GET", url: first };
    for (let redirects = 0; ; redirects++) {
      const addresses = await checkedAddresses(outgoing.url, allowed, resolve);
      signal.throwIfAborted();
      const answer = await fetchOnce(outgoing, addresses, { maxBytes, cut, signal });
      if (!("location" in answer)) return answer;
      if (maxRedirects === 0) return redirectAnswer(outgoing.url, answer);
      if (redirects === maxRedirects) throw tooManyRedirects(first, maxRedirects);
      outgoing = redirected(outgoing, answer.status, answer.location);
    }
  }
}

/** The addresses to connect to, every one of which may be reached: one bad address of a name is enough to refuse it. */
async function checkedAddresses(
  url: URL,
  allowed: AllowedHosts,
  resolve: ResolveName,
): Promise<readonly LookupAddress[]> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(host);
  const trusted = allowed.allowsHost(url);
  const addresses =
    family === 0 ? await resolved(host, trusted ? fromSystem : resolve) : [{ address: host, family }];
  if (trusted) return addresses;
  const fine = ({ address }: LookupAddress) => isPublicAddress(address) || allowed.allowsAddress(address);
  if (addresses.length > 0 && addresses.every(fine)) return addresses;
  throw new SkeletonError(
    "address_not_allowed",
    `${url.host} is not a public address, so it is not fetched.`,
    {
      hint: "Whoever runs the server can add the host to outbound.allow in skeleton.yaml.",
    },
  );
}

async function resolved(host: string, resolve: ResolveName): Promise<readonly LookupAddress[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw new SkeletonError("upstream_unreachable", `The host name ${host} is not known.`, {
      hint: "Check the address.",
      cause,
    });
  }
}

/** @throws `bad_input`. */
function webAddress(text: string | URL, base?: URL): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  const fault =
    url === undefined || url.hostname === ""
      ? "is no address of the web"
      : url.protocol !== "http:" && url.protocol !== "https:"
        ? `begins with ${url.protocol}, and only http: and https: can be fetched`
        : url.username !== "" || url.password !== ""
          ? "has a name or a password in it"
          : undefined;
  if (url !== undefined && fault === undefined) return url;
  const shown = url?.password ? url.host : String(text).slice(0, 200);
  throw new SkeletonError("bad_input", `${JSON.stringify(shown)} ${fault}.`, {
    hint: "Give a whole address, such as https://example.org/page.",
  });
}

/** Names of headers that another origin may see. */
const harmless = ["accept", "accept-language", "user-agent"];

/** The next request, as browsers make it: 303, and 301 and 302 after a `POST`, ask again without the body. */
function redirected(before: Outgoing, status: number, location: string): Outgoing {
  const url = webAddress(location, before.url);
  const sameOrigin = url.origin === before.url.origin;
  const asGet = (status === 303 && before.method !== "HEAD") || (status < 303 && before.method === "POST");
  const { body, ...rest } = before;
  const headers = Object.entries(before.headers ?? {}).filter(([name]) => {
    const lower = name.toLowerCase();
    return (sameOrigin || harmless.includes(lower)) && !(asGet && lower.startsWith("content-"));
  });
  return {
    ...rest,
    url,
    headers: Object.fromEntries(headers),
    ...(asGet ? { method: "GET" } : body === undefined || !sameOrigin ? {} : { body }),
  };
}

/** A redirect to somebody who follows none. */
const redirectAnswer = ({ href }: URL, { status, location }: Redirect): FetchedAnswer => ({
  ...{ url: href, status, headers: { location }, body: new Uint8Array() },
  text: () => "",
});

const tooManyRedirects = ({ host }: URL, most: number) =>
  new SkeletonError("upstream_broken", `${host} redirects more than ${most} times.`, {
    hint: "Give the address that it leads to.",
  });

/** One signal for the caller's and the time limit; `ended` rejects with its reason, for what takes no signal. */
function limited({ signal: callers, timeoutMs = 30_000 }: FetchOptions) {
  const ending = new AbortController();
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {}); // it counts only while somebody waits
  const give = (reason: unknown) => {
    ending.abort(reason);
    ended.reject(reason);
  };
  const abort = () => give(callers?.reason);
  const late = setTimeout(() => give(tooLate(timeoutMs)), timeoutMs);
  callers?.addEventListener("abort", abort, { once: true });
  if (callers?.aborted) abort();
  return {
    signal: ending.signal,
    ended: ended.promise,
    end() {
      clearTimeout(late);
      callers?.removeEventListener("abort", abort);
    },
  };
}

const tooLate = (timeoutMs: number) =>
  new SkeletonError("upstream_timeout", `There was no whole answer within ${timeoutMs / 1000} s.`, {
    hint: "Try again later.",
  });
