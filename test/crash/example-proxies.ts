import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, startProgram } from "../support/debian-server.ts";
import { exchange, nginx, nginxOptions } from "../support/nginx.ts";
import { freePort, type ServerProcess } from "./server-process.ts";

/* The proxies of docs/examples/many-machines in front of two instances; only names, addresses and TLS are others. */

const example = (name: string) =>
  readFileSync(new URL(`../../docs/examples/many-machines/${name}`, import.meta.url), "utf8");

const hostOf = ({ url }: Pick<ServerProcess, "url">) => new URL(url).host;

type Upstreams = readonly [ServerProcess, ServerProcess];
type Configure = (folder: string, port: number, upstreams: Upstreams) => readonly string[];

async function start(program: string | undefined, upstreams: Upstreams, configure: Configure) {
  if (program === undefined) return undefined;
  const [port, folder] = [await freePort(), mkdtempSync(join(tmpdir(), "skeleton-proxy-"))];
  // Caddy keeps what it has to in the user's folders, if it is not told others.
  const rooms = [`XDG_CONFIG_HOME=${folder}`, `XDG_DATA_HOME=${folder}`];
  const options = configure(folder, port, upstreams);
  const { stop, output } = await startProgram("/usr/bin/env", [...rooms, program, ...options], port);
  return {
    url: `http://127.0.0.1:${port}`,
    /** Whether it has asked one how it is, and found nobody. */
    knowsToBeGone: (server: ServerProcess) =>
      output()
        .split("\n")
        .some((line) => line.includes(hostOf(server)) && /connection refused/i.test(line)),
    async stop() {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export const caddy = findProgram("caddy");
export { nginx };

/** It looks for the instances more often than in the example. */
export const startCaddy = (upstreams: Upstreams) =>
  start(caddy, upstreams, (folder, port) => {
    const hasty = exchange(example("Caddyfile"), /(?<=health_interval )2s/g, "200ms");
    const site = exchange(hasty, /^\{\$SITE_ADDRESS\}/gm, `http://127.0.0.1:${port}`);
    const text = exchange(
      site,
      /(?<=^\s*reverse_proxy )one:8000 two:8000/gm,
      upstreams.map(hostOf).join(" "),
    );
    writeFileSync(join(folder, "Caddyfile"), `{\n\tadmin off\n}\n${text}`);
    return ["run", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")];
  });

export const startNginx = (upstreams: Upstreams) =>
  start(nginx, upstreams, (folder, port, [one, two]) => {
    const text = exchange(example("nginx.conf"), "10.0.0.11:8000", hostOf(one));
    return nginxOptions(folder, exchange(text, "10.0.0.12:8000", hostOf(two)), port);
  });
