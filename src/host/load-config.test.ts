import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { describeConfig } from "./describe-config.ts";
import { type LoadConfigOptions, loadConfig } from "./load-config.ts";

type Given = Omit<Partial<LoadConfigOptions>, "cwd"> & {
  readonly yaml?: string;
  readonly dotEnv?: string;
  readonly files?: Readonly<Record<string, string>>;
};

async function load({ yaml, dotEnv, files = {}, ...options }: Given = {}) {
  const cwd = mkdtempSync(join(tmpdir(), "skeleton-config-"));
  try {
    if (yaml !== undefined) writeFileSync(join(cwd, "skeleton.yaml"), yaml);
    if (dotEnv !== undefined) writeFileSync(join(cwd, ".env"), dotEnv);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    return await loadConfig({ env: {}, ...options, cwd });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

const refuses = (given: Given, ...said: readonly (string | RegExp)[]) =>
  assert.rejects(load(given), (error: Error & { code?: string; hint?: string }) => {
    assert.equal(error.code, "config_invalid");
    assert.ok(error.hint);
    for (const words of said) {
      if (typeof words === "string")
        assert.ok(error.message.includes(words), `${words} in: ${error.message}`);
      else assert.match(error.message, words);
    }
    return true;
  });

describe("where settings come from", () => {
  test("with nothing set there are the defaults", async () => {
    const { config, sources } = await load();
    assert.equal(config.port, 8000);
    assert.equal(config.host, "0.0.0.0");
    assert.equal(config.mode, "normal");
    assert.deepEqual(config.rate_limits.login, { points: 5, seconds: 60 });
    assert.equal(sources.size, 0);
  });

  test("flags win over the environment, that over .env, that over skeleton.yaml", async () => {
    const yaml = "port: 1\ndata_path: yaml\nupload_dir: yaml\nusers_filename: yaml\n";
    const dotEnv = "SKELETON_PORT=2\nDATA_PATH=dot\nUPLOAD_DIR=dot\n";
    const env = { SKELETON_PORT: "3", DATA_PATH: "environment" };
    const { config, sources } = await load({ yaml, dotEnv, env, flags: { port: "4", host: undefined } });
    assert.equal(config.port, 4);
    assert.equal(config.data_path, "environment");
    assert.equal(config.upload_dir, "dot");
    assert.equal(config.users_filename, "yaml");
    assert.deepEqual(Object.fromEntries(sources), {
      port: "--port",
      data_path: "DATA_PATH",
      upload_dir: "UPLOAD_DIR",
      users_filename: "skeleton.yaml:4",
    });
  });

  test("every variable of the original works under its own name", async () => {
    const { config } = await load({
      env: {
        OPENAI_API_KEY: "sk-1",
        OPENAI_BASE_URL: "https://models.example/v1",
        SKELETON_HOST: "::1",
        SKELETON_PORT: "8123",
        SKELETON_MODE: "Ephemeral",
        JWT_SECRET_KEY: " 0123456789abcdef \n",
        JWT_SECRET_FILE: "/run/secret",
        DATA_PATH: "/data",
        USERS_FILENAME: "people.yaml",
        SQLITE_DB_FILENAME: "chat.db",
        SYSTEM_PROMPTS_FILE: "prompts.yaml",
        UPLOAD_DIR: "up",
        LOG_LEVEL: "WARNING",
      },
    });
    assert.equal(config.models.openai_api_key, "sk-1");
    assert.equal(config.models.openai_base_url, "https://models.example/v1");
    assert.equal(config.host, "::1");
    assert.equal(config.port, 8123);
    assert.equal(config.mode, "ephemeral");
    assert.equal(config.auth.jwt_secret, "0123456789abcdef");
    assert.equal(config.auth.jwt_secret_file, "/run/secret");
    assert.equal(config.data_path, "/data");
    assert.equal(config.users_filename, "people.yaml");
    assert.equal(config.database_filename, "chat.db");
    assert.equal(config.system_prompts_file, "prompts.yaml");
    assert.equal(config.upload_dir, "up");
    assert.equal(config.log_level, "warn");
  });

  test("an ephemeral server is for this machine alone unless told otherwise", async () => {
    assert.equal((await load({ env: { SKELETON_MODE: "ephemeral" } })).config.host, "127.0.0.1");
    const told = await load({ env: { SKELETON_MODE: "EPHEMERAL", SKELETON_HOST: "0.0.0.0" } });
    assert.equal(told.config.host, "0.0.0.0");
  });

  test("the file may have another name, and then it has to be there", async () => {
    const files = { "other.yaml": "port: 9000", "third.yaml": "port: 9001" };
    const env = { SKELETON_CONFIG: "other.yaml" };
    assert.equal((await load({ files, env })).config.port, 9000);
    assert.equal((await load({ files, env, configFile: "third.yaml" })).config.port, 9001);
    await refuses({ configFile: "gone.yaml" }, "gone.yaml cannot be read: there is no such file");
  });

  test("providers of the file and a key of the environment come together", async () => {
    const yaml = "models:\n  providers:\n    local:\n      base_url: http://127.0.0.1:1/v1\n    bare:\n";
    const { config } = await load({ yaml, env: { OPENAI_API_KEY: "sk-2" } });
    assert.equal(config.models.openai_api_key, "sk-2");
    const blank = { type: "openai", headers: {}, prefix: "" };
    assert.deepEqual(config.models.providers, {
      local: { ...blank, base_url: "http://127.0.0.1:1/v1" },
      bare: blank,
    });
  });

  test("an empty variable, an empty file and a key with nothing behind it set nothing", async () => {
    const { config } = await load({
      yaml: "# nothing yet\n",
      dotEnv: "DATA_PATH=dot",
      env: { DATA_PATH: "", LOG_LEVEL: " " },
    });
    assert.equal(config.data_path, ".");
    assert.equal((await load({ yaml: "auth:\nport:\n" })).config.port, 8000);
  });

  test("nothing can change the configuration once it is loaded", async () => {
    const { config } = await load({ yaml: "models: { fallbacks: { a: [b] } }" });
    assert.throws(() => Object.assign(config.rate_limits.login, { points: 0 }), TypeError);
    assert.throws(() => config.models.fallbacks.a?.push("c"), TypeError);
    assert.throws(() => config.trusted_proxies.push("0.0.0.0/0"), TypeError);
  });
});

describe("texts of the environment", () => {
  for (const [text, enabled] of Object.entries({
    off: false,
    FALSE: false,
    0: false,
    no: false,
    on: true,
    True: true,
    1: true,
    yes: true,
  })) {
    test(`SKELETON_RATE_LIMITS=${text} switches ${enabled ? "on" : "off"}`, async () => {
      assert.equal((await load({ env: { SKELETON_RATE_LIMITS: text } })).config.rate_limits.enabled, enabled);
    });
  }

  test("lists are written with commas", async () => {
    const { config } = await load({ env: { SKELETON_TRUSTED_PROXIES: "10.0.0.1, 10.1.0.0/16," } });
    assert.deepEqual(config.trusted_proxies, ["10.0.0.1", "10.1.0.0/16"]);
  });

  test("log levels are the original's in upper case and ours in any case", async () => {
    const levels = {
      DEBUG: "debug",
      INFO: "info",
      WARNING: "warn",
      ERROR: "error",
      CRITICAL: "error",
      Warn: "warn",
      silent: "silent",
    };
    for (const [text, level] of Object.entries(levels)) {
      assert.equal((await load({ env: { LOG_LEVEL: text } })).config.log_level, level, text);
    }
  });

  test("an invalid LOG_LEVEL falls back to info with a message", async () => {
    for (const text of ["verbose", "warning", "Critical"]) {
      const { config, notes } = await load({ env: { LOG_LEVEL: text } });
      assert.equal(config.log_level, "info");
      assert.deepEqual(notes, [`LOG_LEVEL is "${text}", which is no level: info is used`]);
    }
    await refuses(
      { yaml: "log_level: verbose" },
      "log_level (skeleton.yaml:1)",
      "debug, info, warn, error, silent",
    );
  });
});

describe("what stops the start", () => {
  test("all faults are told together, each with key, place, value and what is allowed", async () => {
    await refuses(
      {
        yaml: "prot: 80\nrate_limits:\n  login: { points: 0 }\n  thread: {}\nmodels:\n  providers:\n    A b: {}\nturns: 5\n",
        env: {
          SKELETON_PORT: "http",
          SKELETON_MODE: "fast",
          SKELETON_PROT: "1",
          OPENAI_BASE_URL: "example.com",
        },
      },
      "the configuration has 9 faults",
      "prot (skeleton.yaml:1) is not a setting; did you mean port?",
      'port (SKELETON_PORT) is "http", but must be a whole number from 0 to 65535',
      'mode (SKELETON_MODE) is "fast", but must be one of normal, ephemeral',
      "rate_limits.login.points (skeleton.yaml:3) is 0, but must be a whole number of 1 or more",
      "rate_limits.thread (skeleton.yaml:4) is not a setting; did you mean threads?",
      "models.providers.A b (skeleton.yaml:7) is not a name",
      "turns (skeleton.yaml:8) is 5, but must be a map",
      'models.openai_base_url (OPENAI_BASE_URL) is "example.com", but must be an address',
      "SKELETON_PROT is not a variable of Skeleton; did you mean SKELETON_PORT?",
    );
  });

  test("values of the wrong kind are refused and never bent into shape", async () => {
    await refuses({ yaml: 'port: "8000"' }, 'port (skeleton.yaml:1) is "8000", but must be a whole number');
    await refuses({ yaml: "port: 80.5" }, "is 80.5");
    await refuses({ yaml: "data_path: 7" }, "data_path (skeleton.yaml:1) is 7, but must be a text");
    await refuses({ yaml: "cors_origins: https://a.example" }, "must be a list");
    await refuses(
      { yaml: "cors_origins: [https://a.example, b.example]" },
      'cors_origins.1 (skeleton.yaml:1) is "b.example"',
    );
    await refuses({ yaml: "trusted_proxies:\n  -\n" }, "trusted_proxies.0 (skeleton.yaml:2) is empty");
    await refuses({ yaml: "auth: { token_hours: 0 }" }, "a number above 0");
    await refuses({ flags: { port: "99999" } }, "port (--port) is 99999");
    await refuses({ flags: { colour: "red" } }, "colour (--colour) is not a setting");
  });

  test("a file that is no map, has a key twice or is no YAML is refused with its line", async () => {
    await refuses({ yaml: "# first\n- port\n" }, "skeleton.yaml:2 must be a map");
    await refuses({ yaml: "port: 1\nport: 2\n" }, /skeleton\.yaml:2 .*unique/);
    await refuses({ yaml: 'a: 1\nb: "x\n' }, /skeleton\.yaml:\d is no valid YAML/);
  });

  test("secrets are in no message", async () => {
    const given: Given = {
      yaml: "models:\n  providers:\n    a:\n      api_key: [sk-secret]\n      headers: { x: [h-secret] }\n      base_url: ftp://me:p-secret@host\n",
      env: { JWT_SECRET_KEY: "j-secret" },
    };
    await refuses(
      given,
      "auth.jwt_secret (JWT_SECRET_KEY) is (hidden), but must be a text of at least 16 characters",
    );
    await refuses(given, "models.providers.a.api_key (skeleton.yaml:4) is (hidden)", "ftp://(hidden)@host");
    await assert.rejects(load(given), (error: Error) => !error.message.includes("-secret"));
  });

  test("variables of others are none of our business", async () => {
    await load({
      env: {
        WINDOWID: "x",
        HOST: "y",
        SKELETONS: "z",
        SKELETON_URL: "http://localhost",
        SKELETON_TOKEN: "t",
      },
    });
  });
});

describe("the configuration for people to read", () => {
  test("tells every setting with its source and hides what is secret", async () => {
    const { config, sources } = await load({
      yaml: "models:\n  providers:\n    a: { api_key: sk-secret, base_url: 'http://me:pw@host/v1', headers: { x: y } }\n",
      env: { OPENAI_API_KEY: "sk-secret", SKELETON_PORT: "81" },
    });
    const rows = new Map(describeConfig(config, sources).map((row) => [row.key, row]));
    assert.deepEqual(rows.get("port"), { key: "port", value: "81", source: "SKELETON_PORT" });
    assert.deepEqual(rows.get("host"), { key: "host", value: "0.0.0.0", source: "default" });
    assert.deepEqual(rows.get("public_url"), { key: "public_url", value: "-", source: "default" });
    assert.deepEqual(rows.get("rate_limits.login.points"), {
      key: "rate_limits.login.points",
      value: "5",
      source: "default",
    });
    assert.equal(rows.get("models.openai_api_key")?.value, "(hidden)");
    assert.deepEqual(rows.get("models.providers"), {
      key: "models.providers",
      value:
        '{"a":{"type":"openai","base_url":"http://(hidden)@host/v1","api_key":"(hidden)","headers":"(hidden)","prefix":""}}',
      source: "skeleton.yaml:3",
    });
  });

  test("hides whatever of an MCP server may hold a key", async () => {
    const { config, sources } = await load({
      yaml: "mcp_servers:\n  a: { command: x, args: [s3cret], env: { K: s3cret }, headers: { h: s3cret }, url: 'http://h/?key=s3cret' }\n",
      env: {},
    });
    const row = describeConfig(config, sources).find(({ key }) => key === "mcp_servers");
    assert.equal(
      row?.value,
      '{"a":{"command":"x","args":"(hidden)","env":"(hidden)","url":"(hidden)","headers":"(hidden)","ask_users":true}}',
    );
  });
});
