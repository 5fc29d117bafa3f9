/** What to send, and how much to wait for. */
export type FetchOptions = {
  /** Default `GET`. */
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** A redirect to another origin gets none of them but `accept`, `accept-language` and `user-agent`, and no body. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Of the answer's body, unpacked; default 5,000,000. */
  readonly maxBytes?: number;
  /** A longer body is cut there instead of being `too_large`. Default `false`. */
  readonly cut?: boolean;
  /** How many redirects to follow; default 5. With 0 a redirect is an answer, without its body. */
  readonly maxRedirects?: number;
  /** For everything together, redirects and body included; default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

/** An answer, whatever its status, read to its end. */
export type FetchedAnswer = {
  /** Where it came from at last, after redirects. */
  readonly url: string;
  readonly status: number;
  /** Names in lower case; values of a repeated one joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Unpacked. */
  readonly body: Uint8Array;
  /** The body in the charset that `content-type` names; UTF-8 when it names none, or one that is not known. */
  text(): string;
};

/**
 * Fetches what a user or a model named, without letting them reach into the operator's network: `http:` and `https:`
 * only, and only public addresses. A host name is resolved once, every address it has is checked, and the connection
 * goes to one that was checked; each redirect goes through the same. `outbound.allow` of the
 * configuration names hosts, addresses and networks that are allowed all the same; only names in it are looked for in
 * the hosts file. Cookies are not kept, and no proxy of the environment is used. Nothing is tried twice.
 * @throws `bad_input` for something that is no address of the web, or one with a name and password in it;
 * `address_not_allowed`; `too_large`; `upstream_unreachable`, `upstream_timeout`, `upstream_broken` (also for one
 * redirect too many); the signal's reason once it aborts. No message tells an address that a name stands for.
 */
export type Fetch = (url: string | URL, options?: FetchOptions) => Promise<FetchedAnswer>;
