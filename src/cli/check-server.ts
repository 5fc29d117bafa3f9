import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { SkeletonError } from "../lib/errors.ts";
import type { Config } from "../protocols/config.ts";
import { type Check, check } from "./check.ts";

/** The page, and the port that it will be served on. */
export const checkServer = (config: Config): Promise<readonly Check[]> =>
  Promise.all([check("page", page), check("port", () => port(config))]);

function page(): string {
  if (existsSync(new URL("../../web/dist/index.html", import.meta.url))) return "is built";
  throw new SkeletonError("config_invalid", "The page is not built.", {
    hint: "Run `npm run build:web`; `npm start` does it by itself.",
  });
}

async function port({ host, port: number }: Config): Promise<string> {
  if (number === 0) return "any free one";
  const server = createServer();
  try {
    server.listen(number, host);
    await once(server, "listening");
    return `${number} on ${host} is free`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE" && (await isSkeleton(host, number)))
      return `a Skeleton server listens on ${number}`;
    throw error;
  } finally {
    server.close();
  }
}

/** Whether the one who has the port is a server like this one. */
async function isSkeleton(host: string, number: number): Promise<boolean> {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const address = name.includes(":") ? `[${name}]` : name;
  try {
    const answer = await fetch(`http://${address}:${number}/openapi.json`, {
      signal: AbortSignal.timeout(2_000),
    });
    const { info } = (await answer.json()) as { readonly info?: { readonly title?: unknown } };
    return info?.title === "Skeleton API";
  } catch {
    return false; // it speaks something else
  }
}
