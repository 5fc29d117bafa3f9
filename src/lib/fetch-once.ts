import type { LookupAddress } from "node:dns";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import type { FetchedAnswer, FetchOptions } from "../protocols/fetch.ts";
import { SkeletonError } from "./errors.ts";

/** One request, without what follows from its answer. */
export type Outgoing = Pick<FetchOptions, "headers" | "body"> & {
  readonly method: NonNullable<FetchOptions["method"]>;
  readonly url: URL;
};

export type Redirect = { readonly status: number; readonly location: string };

/**
 * Sends a request to one of these addresses, whatever the name of the host stands for by now, and reads the answer, or
 * where it redirects to. A connection of its own: one of a pool would belong to whoever was checked before.
 */
export async function fetchOnce(
  { url, method, headers = {}, body }: Outgoing,
  addresses: readonly LookupAddress[],
  {
    maxBytes,
    cut,
    signal,
  }: { readonly maxBytes: number; readonly cut: boolean; readonly signal: AbortSignal },
): Promise<FetchedAnswer | Redirect> {
  const head = Promise.withResolvers<IncomingMessage>();
  const given = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  try {
    const request = (url.protocol === "https:" ? tlsRequest : plainRequest)(url, {
      method,
      agent: false,
      lookup: lookupOf(addresses),
      signal,
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip, br",
        "user-agent": "skeleton",
        ...given,
        ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
        host: url.host, // not the caller's to choose: it would be another parser's idea of where this goes
        connection: "close",
      },
    });
    request.once("response", head.resolve).once("error", head.reject).end(body);
    const answer = await head.promise;
    request.on("error", () => {}); // told by the answer
    const { statusCode: status = 0 } = answer;
    const { location } = answer.headers;
    if (location !== undefined && [301, 302, 303, 307, 308].includes(status)) {
      answer.destroy();
      return { status, location };
    }
    return await readAnswer(answer, { url, status, method, maxBytes, cut });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof SkeletonError) throw error;
    throw failed(url, error);
  }
}

/** Answers whoever connects with what was checked. */
const lookupOf =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };

async function readAnswer(
  answer: IncomingMessage,
  about: {
    readonly url: URL;
    readonly status: number;
    readonly method: string;
    readonly maxBytes: number;
    readonly cut: boolean;
  },
): Promise<FetchedAnswer> {
  const { url, status, method, maxBytes, cut } = about;
  const headers = Object.fromEntries(
    Object.entries(answer.headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]),
  );
  const chunks: Buffer[] = [];
  let size = 0;
  const source = method === "HEAD" ? answer : unpacked(answer);
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes && !cut) throw tooLarge(url, maxBytes);
      chunks.push(size > maxBytes ? chunk.subarray(0, maxBytes - size) : chunk);
      if (size > maxBytes) break;
    }
  } finally {
    answer.destroy();
  }
  const body = Buffer.concat(chunks);
  return {
    url: url.href,
    status,
    headers,
    body,
    text: () => decoderOf(headers["content-type"]).decode(body),
  };
}

function unpacked(answer: IncomingMessage): Readable {
  const coding = answer.headers["content-encoding"]?.trim().toLowerCase();
  const empty = answer.statusCode === 204 || answer.statusCode === 304; // no packed nothing either
  if (empty || (coding !== "gzip" && coding !== "br")) return answer;
  const unpack = coding === "gzip" ? createGunzip() : createBrotliDecompress();
  return pipeline(answer, unpack, () => {}); // its error is met by whoever reads
}

function decoderOf(contentType = ""): TextDecoder {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1];
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

const tooLarge = ({ host }: URL, maxBytes: number) =>
  new SkeletonError("too_large", `The answer of ${host} is larger than ${maxBytes} bytes.`, {
    hint: "Ask for a part of it, or for something smaller.",
  });

function failed({ host }: URL, cause: unknown): SkeletonError {
  const { code = "", syscall } = (
    cause instanceof AggregateError ? cause.errors[0] : cause
  ) as NodeJS.ErrnoException;
  if (
    code === "ERR_INVALID_CHAR" ||
    code === "ERR_INVALID_HTTP_TOKEN" ||
    code === "ERR_HTTP_INVALID_HEADER_VALUE"
  )
    return new SkeletonError("bad_input", "A header has a name or a value that HTTP cannot hold.", {
      hint: "Letters, digits and dashes in names; no line breaks in values.",
      cause,
    });
  if (syscall === "connect" || code === "ETIMEDOUT" || /CERT|SSL|TLS/.test(code))
    return new SkeletonError("upstream_unreachable", `${host} cannot be reached (${code}).`, {
      hint: "Check the address, or try again later.",
      cause,
    });
  return new SkeletonError(
    "upstream_broken",
    `The answer of ${host} broke off or cannot be read (${code}).`,
    {
      hint: "Try again later.",
      cause,
    },
  );
}
