import { words } from "../words/language.ts";
import { ApiError, detailOf } from "./api-error.ts";
import { takeEarly } from "./early.ts";
import { here } from "./here.ts";
import { watchSilence } from "./watch-silence.ts";

export type Call = {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a urlencoded form: unlike multipart it leaves line breaks as they are. */
  readonly form?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

/** The server breaks the silence of a stream every 5 s; one that lasts so long is a connection that died unnoticed. */
const streamSilenceMs = 20_000;
/** What is only asked for comes at once, or from a server that is very busy. */
const answerMs = 30_000;

/**
 * One call, with the session cookie, answered in JSON. A question whose connection died unnoticed is given up.
 * @throws ApiError with the server's own sentence; status 0 when there was no answer.
 */
export async function callApi<Answer>(path: string, call: Call = {}): Promise<Answer> {
  if (call.method !== undefined) return answerOf(await send(path, call));
  const early = await takeEarly(path)?.catch(() => undefined);
  if (early !== undefined) return answerOf(early);
  const silence = watchSilence(answerMs);
  try {
    return await answerOf(
      await send(path, {
        ...call,
        signal: AbortSignal.any([silence.signal, ...(call.signal ? [call.signal] : [])]),
      }),
    );
  } catch (cause) {
    throw silence.signal.aborted ? new ApiError(0, words().session.unreachable, { cause }) : cause;
  } finally {
    silence.end();
  }
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Answer;
}

/** The same, for an answer that is read as it comes. It breaks off when it falls silent. */
export async function openStream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const silence = watchSilence(streamSilenceMs);
  const over = AbortSignal.any([signal, silence.signal]);
  over.addEventListener("abort", silence.end);
  try {
    const response = await send(path, { headers: { accept: "text/event-stream" }, signal: over });
    if (!response.ok) throw await errorOf(response);
    if (response.body === null) throw new ApiError(0, words().session.emptyAnswer);
    const listen = new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, out) {
        silence.heard();
        out.enqueue(bytes);
      },
      flush: silence.end,
    });
    return response.body.pipeThrough(listen);
  } catch (error) {
    silence.end();
    throw error;
  }
}

async function send(path: string, { method = "GET", json, form, headers, signal }: Call): Promise<Response> {
  const init: RequestInit = {
    method,
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
  };
  if (json !== undefined) init.body = JSON.stringify(json);
  if (form !== undefined) init.body = formBody(form);
  if (signal !== undefined) init.signal = signal;
  try {
    return await fetch(here(path), init);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, words().session.unreachable, { cause });
  }
}

function formBody(form: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) if (value !== undefined) body.set(name, value);
  return body;
}

async function errorOf(response: Response): Promise<ApiError> {
  // A proxy in between may answer in HTML.
  const body: unknown = await response.json().catch(() => undefined);
  const turnId = (body as { turn_id?: unknown } | undefined)?.turn_id;
  const code = response.headers.get("x-error-code");
  return new ApiError(response.status, detailOf(body, response.status), {
    ...(code === null ? {} : { code }),
    ...(typeof turnId === "string" ? { turnId } : {}),
  });
}
