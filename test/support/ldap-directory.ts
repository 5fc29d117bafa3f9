import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Attribute, Change, Client } from "ldapts";
import { findProgram, freePort, startProgram } from "./debian-server.ts";

const suffix = "dc=example,dc=org";
const admin = { dn: `cn=admin,${suffix}`, password: "of-the-directory" };
const people = `ou=people,${suffix}`;
const groups = `ou=groups,${suffix}`;

export type LdapDirectory = Awaited<ReturnType<typeof startLdapDirectory>>;

/** A real OpenLDAP on loopback with people and groups, in a folder of its own. @param path of `slapd`. */
export async function startLdapDirectory(path: string) {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-ldap-"));
  mkdirSync(join(folder, "data"));
  const lines = [
    ...["core", "cosine", "inetorgperson"].map((name) => `include /etc/ldap/schema/${name}.schema`),
    ...["modulepath /usr/lib/ldap", "moduleload back_mdb", "moduleload memberof"],
    "allow bind_anon_dn", // a name with an empty password is welcome as nobody, as many directories have it
    ...["database mdb", `suffix "${suffix}"`, `rootdn "${admin.dn}"`, `rootpw ${admin.password}`],
    ...[`directory ${join(folder, "data")}`, "overlay memberof"],
  ];
  const certificate = makeCertificate(folder);
  if (certificate !== undefined)
    lines.unshift(`TLSCertificateFile ${folder}/cert.pem`, `TLSCertificateKeyFile ${folder}/key.pem`);
  writeFileSync(join(folder, "slapd.conf"), lines.join("\n"));
  const [port, securePort] = [await freePort(), await freePort()];
  const url = `ldap://127.0.0.1:${port}`;
  const secureUrl = `ldaps://127.0.0.1:${securePort}`;
  const listens = certificate === undefined ? url : `${url} ${secureUrl}`;
  const running = await startProgram(
    path,
    ["-f", join(folder, "slapd.conf"), "-h", listens, "-d", "0"],
    port,
  );
  const client = new Client({ url });
  await client.bind(admin.dn, admin.password);
  await client.add(suffix, { objectClass: ["dcObject", "organization"], dc: "example", o: "Example" });
  for (const dn of [people, groups]) await client.add(dn, { objectClass: "organizationalUnit" });
  const groupDn = (name: string) => `cn=${name},${groups}`;
  return {
    ...{ url, secureUrl, people, groups, admin },
    /** What it shows by TLS, for 127.0.0.1; `undefined` where openssl is missing, and TLS with it. */
    certificate,
    /** @param cn what the person's DN begins with. */
    async addPerson(uid: string, password: string, cn = uid) {
      const dn = `cn=${cn},${people}`;
      await client.add(dn, { objectClass: "inetOrgPerson", sn: "x", uid, userPassword: password });
      return dn;
    },
    addGroup: (name: string, member: string) =>
      client.add(groupDn(name), { objectClass: "groupOfNames", member }),
    removeGroup: (name: string) => client.del(groupDn(name)),
    rename: (dn: string, uid: string) =>
      client.modify(
        dn,
        new Change({ operation: "replace", modification: new Attribute({ type: "uid", values: [uid] }) }),
      ),
    async stop() {
      await client.unbind();
      await running.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** `cert.pem` and `key.pem` in the folder. @returns the first one's text. */
function makeCertificate(folder: string): string | undefined {
  const openssl = findProgram("openssl");
  if (openssl === undefined) return undefined;
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  const names = ["-subj", "/CN=directory", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync(openssl, ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...files, ...names], {
    stdio: "ignore",
  });
  return readFileSync(join(folder, "cert.pem"), "utf8");
}
