/**
 * The compose files, as far as they can be checked without an engine that runs them: they parse, nothing in them names
 * what is not there, and the settings they give are settings of ours.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Script } from "node:vm";
import { parse } from "yaml";
import { usualSettings } from "../../src/core/models/plugin.ts";
import { providersFrom } from "../../src/core/models/providers.ts";
import { settings } from "../../src/host/config-schema.ts";
import { loadConfig } from "../../src/host/load-config.ts";
import { databasePlace } from "../../src/lib/database-place.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const examples = join(root, "docs", "examples");
const example = join(examples, "litellm");
const onPostgres = join(examples, "postgresql");
const manyMachines = join(examples, "many-machines");
const read = (...path: readonly string[]) => readFileSync(join(...path), "utf8");

type Service = {
  readonly image?: string;
  readonly build?: string;
  readonly command?: string | readonly string[];
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
  readonly networks?: Readonly<Record<string, { internal?: boolean } | null>>;
};

const variablesIn = (text: string) => [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? "");
const withoutComments = (text: string) => text.replace(/^\s*#.*$/gm, "");

const parsed = (text: string) => parse(text, { merge: true }) as Compose;
const kinds = {
  "the plain": root,
  "LiteLLM's": example,
  "the worker's": join(examples, "worker"),
  "PostgreSQL's": onPostgres,
  "the many machines'": manyMachines,
};

for (const [kind, folder] of Object.entries(kinds)) {
  const text = read(folder, "compose.yaml");
  const { services, volumes, networks = {} } = parsed(text);

  test(`${kind} compose file names nothing that is not there`, () => {
    for (const [name, service] of Object.entries(services)) {
      assert.ok(service.build !== undefined || service.image !== undefined, name);
      if (service.build !== undefined) assert.ok(existsSync(join(folder, service.build, "Dockerfile")), name);
      for (const volume of service.volumes ?? []) {
        const [from = ""] = volume.split(":");
        // the folder of plugins is the user's own
        if (from.startsWith(".") && from !== "./plugins") assert.ok(existsSync(join(folder, from)), volume);
        else if (!from.startsWith(".")) assert.ok(from in volumes, volume);
      }
      for (const network of service.networks ?? [])
        assert.ok(network === "default" || network in networks, network);
      const others = service.depends_on ?? [];
      for (const other of Array.isArray(others) ? others : Object.keys(others)) {
        assert.ok(services[other], other);
        if (!Array.isArray(others)) assert.ok(services[other]?.healthcheck, `${name} waits for ${other}`);
      }
    }
  });

  test(`${kind} compose file's commands are lists of words, and their scripts parse`, () => {
    for (const [name, { command = [], healthcheck }] of Object.entries(services)) {
      const lists = [typeof command === "string" ? [] : command, healthcheck?.test ?? []];
      for (const words of lists) {
        // Unquoted, `ok ? 0 : 1` is no text to YAML but a mapping, and Compose refuses the whole file.
        for (const word of words) assert.equal(typeof word, "string", `${name}: ${JSON.stringify(word)}`);
        const script = words[words.indexOf("-e") + 1] ?? "";
        if (words.includes("-e")) assert.doesNotThrow(() => new Script(script), name);
      }
    }
  });

  test(`${kind} compose file holds no secret`, () => {
    for (const { environment = {} } of Object.values(services))
      for (const [name, value] of Object.entries(environment))
        if (/KEY|PASSWORD|SECRET|TOKEN|URL/.test(name)) assert.match(value, /\$\{|^$/, name);
    assert.doesNotMatch(text, /sk-\w/);
  });
}

const stack = parsed(read(example, "compose.yaml"));
const small = parsed(read(onPostgres, "compose.yaml"));
const many = parsed(read(manyMachines, "compose.yaml"));

for (const folder of [example, manyMachines])
  test(`the variables of ${basename(folder)}'s compose file stand in env.example, without values`, () => {
    const env = read(folder, "env.example");
    const offered = [...env.matchAll(/^([A-Z_]+)=(.*)$/gm)];
    const used = new Set(variablesIn(withoutComments(read(folder, "compose.yaml"))));
    assert.deepEqual(new Set(offered.map(([, name]) => name)), used);
    for (const [line, , value] of offered) assert.equal(value, "", line);
  });

test("each image that is not built here is pinned to a version, and each of them has a health check", () => {
  const all = [stack, small, many].flatMap(({ services }) => Object.entries(services));
  for (const [name, { image = "", build, healthcheck }] of all) {
    if (build !== undefined) continue; // the image has its own check
    assert.match(image, /:v?\d+(\.\d+)*(-alpine)?$/, name);
    assert.ok((healthcheck?.test?.length ?? 0) > 1, name);
  }
});

test("only Skeleton can be reached from outside, and the databases have no way out", () => {
  for (const { services, networks: nets } of [stack, small]) {
    for (const [name, { ports = [], networks = ["default"] }] of Object.entries(services)) {
      assert.equal(ports.length > 0, name === "skeleton", name);
      if (name === "postgres" || name === "redis") assert.deepEqual(networks, ["inside"]);
    }
    assert.equal(nets?.inside?.internal, true);
  }
});

test("of many machines only the proxy can be reached, and it knows every instance", () => {
  const { proxy, postgres, redis, ...instances } = many.services;
  for (const [name, { ports = [] }] of Object.entries(many.services))
    assert.equal(ports.length > 0, name === "proxy", name);
  assert.deepEqual([postgres?.networks, redis?.networks], [["inside"], ["inside"]]);
  assert.ok(Object.keys(instances).length > 1);
  const [, upstreams = ""] = /^\s*reverse_proxy (.*) \{$/m.exec(read(manyMachines, "Caddyfile")) ?? [];
  assert.deepEqual(
    upstreams.split(" "),
    Object.keys(instances).map((name) => `${name}:8000`),
  );
  for (const variable of variablesIn(read(manyMachines, "Caddyfile").replaceAll("{$", "${")))
    assert.ok(variable in (proxy?.environment ?? {}), variable);
});

test("the instances of many machines are one installation, with settings that there are", async () => {
  const { one, two, postgres, redis } = many.services;
  assert.deepEqual(one, two);
  const { environment = {} } = one ?? {};
  const known = settings().flatMap(({ node }) => node.env ?? []);
  for (const name of Object.keys(environment)) assert.ok(known.includes(name), name);
  const filled = (text: string) =>
    text.replaceAll(/\$\{(\w+):-\}/g, "").replaceAll(/\$\{\w+:\?[^}]*\}/g, "0123456789abcdef");
  const env = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filled(value)]));
  const { config, notes } = await loadConfig({ cwd: manyMachines, env });
  assert.deepEqual(notes, []);
  const { POSTGRES_USER, POSTGRES_DB } = postgres?.environment ?? {};
  assert.equal(
    databasePlace(config.database_url ?? ""),
    `postgres://${POSTGRES_USER}@postgres:5432/${POSTGRES_DB}`,
  );
  assert.equal(config.redis_url, "redis://:0123456789abcdef@redis:6379/0");
  assert.match(String(redis?.command), /--requirepass \$\{REDIS_PASSWORD/);
  assert.deepEqual(config.trusted_proxies, ["172.16.0.0/12"]);
  assert.equal(config.auth.jwt_secret, "0123456789abcdef");
  const { stop_grace_period: grace = "" } = one ?? {};
  assert.ok(Number.parseInt(grace, 10) > 10, "it may take ten seconds to end");
});

test("Skeleton is given the database that is beside it", async () => {
  const { DATABASE_URL = "" } = small.services.skeleton?.environment ?? {};
  const url = DATABASE_URL.replace(/\$\{[^}]*\}/, "secret");
  const { config } = await loadConfig({ cwd: onPostgres, env: { DATABASE_URL: url } });
  assert.equal(config.database_url, url);
  const { POSTGRES_USER, POSTGRES_DB } = small.services.postgres?.environment ?? {};
  assert.equal(databasePlace(url), `postgres://${POSTGRES_USER}@postgres:5432/${POSTGRES_DB}`);
});

test("LiteLLM's configuration has two models, and reads nothing but what the compose file sets for it", () => {
  const text = read(example, "litellm.yaml");
  const { model_list: models } = parse(text) as { model_list: { model_name: string }[] };
  assert.equal(models.length, 2);
  const named = [...withoutComments(text).matchAll(/os\.environ\/([A-Z_]+)/g)].map(([, name]) => name ?? "");
  const { environment = {} } = stack.services.litellm ?? {};
  for (const name of named) assert.ok(name in environment, name);
});

test("Skeleton's configuration there makes the one provider that the compose file sets up", async () => {
  const { LITELLM_ENDPOINT = "" } = stack.services.skeleton?.environment ?? {};
  const { config } = await loadConfig({
    cwd: example,
    env: { LITELLM_ENDPOINT, LITELLM_API_KEY: "sk-test" },
  });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const host = { config, log, now: () => new Date(0), newId: () => "id" };
  const providers = await providersFrom(config, usualSettings(host));
  assert.deepEqual(
    providers.filter(({ guessed }) => !guessed).map(({ name, address }) => [name, address]),
    [["litellm", "http://litellm:4000/v1"]],
  );
  for (const provider of providers) provider.shutdown?.();
});

test("server and worker have one image, the same data and models, and share out the jobs, and each is asked how it is", async () => {
  const { services } = parsed(read(kinds["the worker's"], "compose.yaml"));
  const { server, worker } = services;
  assert.ok(server && worker);
  assert.deepEqual([worker.image, worker.volumes], [server.image, server.volumes]);
  assert.deepEqual(server.volumes, ["data:/app/data", "models:/models"]);
  const { command = [], healthcheck } = worker;
  const port = command[command.indexOf("--health-port") + 1];
  assert.ok(
    healthcheck?.test?.join(" ").includes(`'http://127.0.0.1:${port}/healthz'`),
    "it tells how it is",
  );
  const configured = async ({ environment = {} }: Service) => {
    const env = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, value.replace(/\$\{\w+:-\}/, "")]),
    );
    const { config, notes } = await loadConfig({ cwd: kinds["the worker's"], env });
    assert.deepEqual(notes, []);
    return { workers: config.jobs.workers, models: config.models.local.folder };
  };
  assert.deepEqual(await configured(server), { workers: 0, models: "/models" });
  assert.equal((await configured(worker)).models, "/models");
  const dockerfile = read(kinds["the worker's"], "Dockerfile");
  assert.match(
    dockerfile,
    new RegExp(`^FROM ${parsed(read(root, "compose.yaml")).services.skeleton?.image}$`, "m"),
  );
  assert.match(
    dockerfile,
    /mkdir \/models && chown node:node \/models/,
    "a volume is its image's folder at first",
  );
});

test("a worker is begun as the image begins the server", () => {
  const { worker } = parsed(read(kinds["the worker's"], "compose.yaml")).services;
  const [, begun = ""] = /^CMD (\[.*\])$/m.exec(read(root, "Dockerfile")) ?? [];
  const server = JSON.parse(begun) as string[];
  assert.deepEqual(
    [server.at(-1), worker?.command?.slice(0, server.length)],
    ["serve", [...server.slice(0, -1), "worker"]],
  );
});

test("the image's check finds the server at the port of either variable", async (context) => {
  const [, check = "[]"] = /^HEALTHCHECK .*\n {2}CMD (\[.*\])$/m.exec(read(root, "Dockerfile")) ?? [];
  const [, ...words] = JSON.parse(check) as string[];
  const server = createServer((_request, response) => response.end()).listen(0, "127.0.0.1");
  context.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { env = "", envBefore = [] } = settings().find(({ key }) => key === "port")?.node ?? assert.fail();
  for (const name of [env, ...envBefore])
    await run(process.execPath, words, { env: { [name]: String(port) } });
});
