import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, type TestContext, test } from "node:test";
import tls from "node:tls";
import { hash } from "@node-rs/bcrypt";
import { createYamlAuth, yamlAuthPlugin } from "../../src/core/auth/plugin.ts";
import type { CorePlugin } from "../../src/protocols/plugin.ts";
import type { Store } from "../../src/protocols/store.ts";
import { authContract } from "../../src/testkit/auth-contract.ts";
import { memoryStore } from "../../src/testkit/memory-store.ts";
import { countingIds, type TestHost, testClock, testHost } from "../../src/testkit/test-host.ts";
import { until } from "../../src/testkit/until.ts";
import { findProgram, tellSkipped } from "../../test/support/debian-server.ts";
import { type LdapDirectory, startLdapDirectory } from "../../test/support/ldap-directory.ts";
import ldap from "./ldap.ts";

const folder = mkdtempSync(join(tmpdir(), "skeleton-ldap-auth-"));
/** Of this file's own settings, so that a variable of one test is not one of the next. */
const hosts: TestHost[] = [];
const clock = testClock();
let store: Store;

before(async () => {
  writeFileSync(
    join(folder, "users.yaml"),
    JSON.stringify({ ada: { role: "admin", hash: await hash("of ada", { cost: 4 }) } }),
  );
});
afterEach(closeHosts);
after(() => rmSync(folder, { recursive: true }));

async function closeHosts() {
  for (const host of hosts.splice(0)) await host.shutdown();
}

/** The users file with Ada, the directory before it. Hosts of one test share store and clock. */
async function open(settings: Readonly<Record<string, string>>) {
  if (hosts.length === 0) store = memoryStore({ now: clock.now, newId: countingIds() });
  const shared: CorePlugin<"store"> = {
    role: "store",
    name: "shared",
    create: () => ({ ...store, shutdown: async () => {} }),
  };
  const hurried: CorePlugin<"auth"> = { ...yamlAuthPlugin, create: (host) => createYamlAuth(host, 4) };
  const host = testHost({
    config: { data_path: folder },
    plugins: [shared, hurried, ldap],
    now: clock.now,
    newId: countingIds(),
  });
  hosts.push(host);
  for (const name of Object.keys(process.env)) if (name.startsWith("LDAP_")) delete process.env[name];
  Object.assign(process.env, settings);
  return { host, auth: await host.get("auth") };
}

describe("without a directory that answers", () => {
  const nowhere = { LDAP_SEARCH_BASE: "dc=example,dc=org", LDAP_TIMEOUT_S: "0.2" };
  const grace = { username: "grace", password: "of grace" };

  test("users with a password of this server sign in, and others are told why they cannot", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const { auth, host } = await open({ ...nowhere, LDAP_URL: `ldap://127.0.0.1:${port}` });
    assert.deepEqual(await auth.authenticateUser({ username: "ada", password: "of ada" }), {
      username: "ada",
      role: "admin",
    });
    await assert.rejects(auth.authenticateUser(grace), {
      code: "upstream_unreachable",
      hint: /can still sign in/,
    });
    assert.ok(host.logged.some(({ level, message }) => level === "error" && message.startsWith("ldap: ")));
    assert.doesNotMatch(JSON.stringify(host.logged), /of grace/);
  });

  /** A directory that takes connections and says nothing. */
  async function silence(t: TestContext) {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    return { sockets, url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  test("one that says nothing is not waited for", async (t) => {
    const { url } = await silence(t);
    const { auth } = await open({ ...nowhere, LDAP_URL: url });
    const begun = performance.now();
    await assert.rejects(auth.authenticateUser(grace), { code: "upstream_unreachable" });
    assert.ok(performance.now() - begun < 5_000);
  });

  test("it is asked by no more people at once than it should be, and has room again when they are gone", async (t) => {
    const { url, sockets } = await silence(t);
    const { auth } = await open({ ...nowhere, LDAP_URL: url, LDAP_TIMEOUT_S: "60" });
    const refused = Promise.withResolvers<void>();
    const codes: string[] = [];
    const tries = Array.from({ length: 25 }, () =>
      auth.authenticateUser(grace).catch(({ code }) => {
        codes.push(code);
        if (codes.length === 5) refused.resolve();
      }),
    );
    await refused.promise;
    assert.deepEqual(codes, Array(5).fill("rate_limited"));
    await until("each sign-in that is left has a connection", () => sockets.length >= 20);
    for (const socket of sockets) socket.destroy();
    await Promise.all(tries);
    assert.deepEqual(codes.slice(5), Array(20).fill("upstream_unreachable"));
    const again = auth.authenticateUser(grace);
    await until("the next one has its own", () => sockets.length >= 21);
    sockets[20]?.destroy();
    await assert.rejects(again, { code: "upstream_unreachable" });
  });

  test("with STARTTLS a connection that breaks or hangs is given up, and nothing is sent without it", async (t) => {
    const agreed = Buffer.from("300c02010178070a010004000400", "hex"); // to STARTTLS: success
    for (const then of ["closes", "hangs"]) {
      const received: Buffer[] = [];
      let connections = 0;
      const server = createServer((socket) => {
        connections += 1;
        socket.on("error", () => {});
        socket.on("data", (chunk: Buffer) => received.push(chunk));
        socket.once("data", () => socket.write(agreed, () => then === "closes" && socket.destroy()));
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      t.after(() => server.close());
      const { port } = server.address() as AddressInfo;
      const bind = { LDAP_BIND_DN: "cn=search", LDAP_BIND_PASSWORD: "of the search" };
      const url = { LDAP_URL: `ldap://127.0.0.1:${port}`, LDAP_STARTTLS: "true" };
      const { auth, host } = await open({ ...nowhere, ...bind, ...url });
      const begun = performance.now();
      await assert.rejects(auth.authenticateUser(grace), { code: "upstream_unreachable" });
      assert.ok(performance.now() - begun < 5_000);
      assert.equal(connections, 1, then);
      assert.doesNotMatch(Buffer.concat(received).toString("latin1"), /of the search|of grace/);
      assert.doesNotMatch(JSON.stringify(host.logged), /of the search|of grace/);
    }
  });

  test("settings that are missing or make no sense stop the start and say which", async () => {
    const good = { LDAP_URL: "ldap://127.0.0.1", LDAP_SEARCH_BASE: "dc=example,dc=org" };
    const faults: [Record<string, string>, RegExp][] = [
      [{ LDAP_URL: "" }, /LDAP_URL/],
      [{ LDAP_URL: "https://directory.example" }, /ldaps/],
      [{ LDAP_SEARCH_BASE: "" }, /LDAP_SEARCH_BASE/],
      [{ LDAP_BIND_DN: "cn=search" }, /LDAP_BIND_PASSWORD/],
      [{ LDAP_FILTER: "(uid=ada)" }, /\{\{username\}\} in LDAP_FILTER/],
      [{ LDAP_GROUP_FILTER: "(member=ada)" }, /\{\{dn\}\} in LDAP_GROUP_FILTER/],
      [{ LDAP_GROUPS: "it" }, /JSON/],
      [{ LDAP_GROUPS: '{"it": {}}' }, /role.*group it/],
      [{ LDAP_TIMEOUT_S: "soon" }, /LDAP_TIMEOUT_S/],
    ];
    for (const [changes, message] of faults) await assert.rejects(open({ ...good, ...changes }), message);
    const { host } = await open({ ...good, LDAP_URL: "ldap://directory.example" });
    assert.ok(host.logged.some(({ level, message }) => level === "warn" && /unencrypted/.test(message)));
  });
});

const slapd = findProgram("slapd");
const skip = slapd === undefined && tellSkipped("slapd (OpenLDAP)", "slapd");

describe("with OpenLDAP", { skip }, () => {
  let directory: LdapDirectory;
  let hopper: string;
  let settings: Record<string, string>;
  const grace = { username: "hopper", password: "of grace" };

  before(async () => {
    directory = await startLdapDirectory(slapd ?? "");
    hopper = await directory.addPerson("hopper", "of grace", "Hopper (Grace) * \\2C jr.");
    await directory.addPerson("Ada", "of another ada");
    await directory.addPerson("two", "of two");
    await directory.addPerson("two", "of two", "second");
    await directory.addPerson("a b", "of blank");
    await directory.addGroup("staff", hopper);
    settings = {
      LDAP_URL: directory.url,
      LDAP_SEARCH_BASE: directory.people,
      LDAP_BIND_DN: directory.admin.dn,
      LDAP_BIND_PASSWORD: directory.admin.password,
    };
  });
  after(() => directory.stop());

  authContract("ldap before users.yaml", async () => {
    const groups = JSON.stringify({ Staff: { role: "user", model_mask: "beta-.*" } });
    const all = { ...settings, LDAP_GROUPS: groups };
    const { auth } = await open(all);
    assert.deepEqual(await auth.authenticateUser(grace), { username: "hopper", role: "user" });
    return {
      ...{ auth, ...grace, role: "user", allowedModel: "beta-mini", forbiddenModel: "alpha" },
      ...{ tokenMs: 24 * 3_600_000, now: clock.now, advance: clock.advance },
      another: async () => (await open(all)).auth,
      close: closeHosts,
    };
  });

  test("a name is what the directory has, however it is typed, and stays when the directory changes it", async () => {
    const { auth } = await open(settings);
    const typed = { ...grace, username: "  HoPPer " };
    assert.deepEqual(await auth.authenticateUser(typed), { username: "hopper", role: "user" });
    await directory.rename(hopper, "murray");
    const renamed = { ...grace, username: "murray" };
    assert.deepEqual(await auth.authenticateUser(renamed), { username: "hopper", role: "user" });
    await directory.rename(hopper, "hopper");
  });

  test("what is typed is a name and never a part of the filter", async () => {
    const { auth } = await open(settings);
    const { password } = grace;
    for (const username of [
      ...[
        "*",
        "hop*",
        "*)(uid=hopper",
        "hopper)(|(uid=*",
        "hopper)(objectClass=*)",
        "hopper\\",
        "hopper\0",
        "\\2a",
      ],
      ...["(uid=hopper)", "{{username}}", "$&", "hopper,ou=people"],
    ])
      assert.equal(await auth.authenticateUser({ username, password }), undefined, username);
  });

  test("no password is no password, whatever the directory makes of it", async () => {
    const { auth } = await open(settings);
    for (const password of ["", " ", "\t\n"])
      assert.equal(await auth.authenticateUser({ username: "hopper", password }), undefined);
  });

  test("a name that two entries have is nobody's", async () => {
    const { auth } = await open(settings);
    assert.equal(await auth.authenticateUser({ username: "two", password: "of two" }), undefined);
  });

  test("users of the users file keep their names, and names that cannot be used are told so", async () => {
    const { auth } = await open(settings);
    await assert.rejects(auth.authenticateUser({ username: "ada", password: "of another ada" }), {
      code: "forbidden",
    });
    await assert.rejects(auth.authenticateUser({ username: "a b", password: "of blank" }), {
      code: "bad_input",
    });
    assert.equal(await auth.authenticateUser({ username: "ada", password: "of nobody" }), undefined);
  });

  test("groups say who may come in and as what, by name or DN, in order", async () => {
    const role = async (groups: object, more: Record<string, string> = {}) => {
      const { auth } = await open({ ...settings, LDAP_GROUPS: JSON.stringify(groups), ...more });
      return (await auth.authenticateUser(grace))?.role;
    };
    const below = { LDAP_GROUP_BASE: directory.groups };
    for (const more of [{}, below]) {
      assert.equal(await role({ it: { role: "admin" }, STAFF: { role: "staff" } }, more), "staff");
      const dn = `CN=staff,${directory.groups}`;
      assert.equal(await role({ [dn]: { role: "by-dn" }, staff: { role: "staff" } }, more), "by-dn");
      assert.equal(await role({ it: { role: "admin" }, "*": { role: "guest" } }, more), "guest");
      await assert.rejects(role({ it: { role: "admin" } }, more), { code: "forbidden" });
    }
    await assert.rejects(
      role({ staff: { role: "user" } }, { ...below, LDAP_GROUP_FILTER: "(owner={{dn}})" }),
      {
        code: "forbidden",
      },
    );
  });

  test("whoever left their group is out with the next sign-in, everywhere", async () => {
    const { auth } = await open({ ...settings, LDAP_GROUPS: '{"night": {"role": "user"}}' });
    await directory.addGroup("night", hopper);
    const user = await auth.authenticateUser(grace);
    const token = await auth.createToken(user ?? assert.fail("in the group they are in"));
    await directory.removeGroup("night");
    await assert.rejects(auth.authenticateUser(grace), { code: "forbidden" });
    assert.equal(await auth.verifyToken(token), undefined);
  });

  test("an entry without the attributes that are asked for signs nobody in, and says which", async () => {
    for (const changes of [{ LDAP_ID_ATTRIBUTE: "objectGUID" }, { LDAP_NAME_ATTRIBUTE: "mail" }]) {
      const { auth } = await open({ ...settings, ...changes });
      const [attribute = ""] = Object.values(changes);
      await assert.rejects(auth.authenticateUser(grace), {
        code: "upstream_broken",
        message: `The directory gave no ${attribute}.`,
      });
    }
  });

  test("a certificate that nobody vouches for is refused, by ldaps and by STARTTLS, and a trusted one is not", async (t) => {
    if (directory.certificate === undefined) return t.skip(tellSkipped("openssl", "openssl"));
    const ways = [
      { LDAP_URL: directory.secureUrl },
      { LDAP_STARTTLS: "true" },
      // Somebody else's certificate, though a trusted one.
      { LDAP_URL: directory.url.replace("127.0.0.1", "localhost"), LDAP_STARTTLS: "true" },
    ];
    const codes = async () => {
      const answers = [];
      for (const way of ways) {
        const { auth } = await open({ ...settings, ...way });
        answers.push(
          await auth.authenticateUser(grace).then(
            (user) => user?.username,
            ({ code }) => code,
          ),
        );
      }
      return answers;
    };
    const refused = "upstream_unreachable";
    assert.deepEqual(await codes(), [refused, refused, refused]);
    const before = tls.getCACertificates("default");
    t.after(() => tls.setDefaultCACertificates(before));
    tls.setDefaultCACertificates([...before, directory.certificate]);
    assert.deepEqual(await codes(), ["hopper", "hopper", refused]);
  });

  test("a search account with a wrong password is the directory's trouble and not the reader's", async () => {
    const { auth } = await open({ ...settings, LDAP_BIND_PASSWORD: "wrong" });
    await assert.rejects(auth.authenticateUser(grace), { code: "upstream_unreachable" });
  });
});
