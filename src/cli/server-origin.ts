import type { Config } from "../protocols/config.ts";

/** Addresses that mean "this machine" to whoever reads the line in its terminal. */
const here = new Set(["0.0.0.0", "::", "127.0.0.1", "::1", "localhost"]);

/**
 * How to reach the server in a browser.
 * @param url where it really listens: with port 0 in the configuration, only this knows the port.
 */
export function originOf(
  { public_url, host, base_path }: Pick<Config, "public_url" | "host" | "base_path">,
  url: string,
): string {
  if (public_url !== undefined) return public_url.replace(/\/+$/, "");
  const { port, origin } = new URL(url);
  return (here.has(host) ? `http://localhost:${port || "80"}` : origin) + base_path;
}
