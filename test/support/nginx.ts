import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./debian-server.ts";

/** Where it is on this machine, if it is. */
export const nginx = findProgram("nginx");

/** A text with all stretches that are so exchanged; one must be there. */
export function exchange(text: string, what: string | RegExp, by: string): string {
  const changed = text.replaceAll(what, by);
  if (changed === text) throw new Error(`the example has no ${what}`);
  return changed;
}

/**
 * Writes an example's configuration into a folder, for a port of loopback instead of TLS: its first server, which only leads to the
 * second, is left out. Everything that nginx writes is in that folder, too.
 * @returns the options to start it with.
 */
export function nginxOptions(folder: string, example: string, port: number): readonly string[] {
  const [before = "", , site = ""] = example.split(/^(?=server \{)/m);
  const plain = exchange(
    exchange(site, "listen 443 ssl http2;", `listen 127.0.0.1:${port};`),
    /^ +(listen \[::\]|ssl_).*\n/gm,
    "",
  );
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const file = join(folder, "main.conf");
  writeFileSync(
    file,
    `daemon off; pid ${folder}/pid; error_log stderr; events {}\nhttp {\naccess_log off; ${paths.join(" ")}\n${before}${plain}}\n`,
  );
  return ["-p", folder, "-c", file, "-e", "stderr"];
}
