/*
 * Lets people sign in with the name and password that they have in a directory: OpenLDAP, Active Directory, FreeIPA and
 * whatever else speaks LDAP. They use the same form; users with a password in the users file sign in as before. Link it into
 * `plugins/core/`; it needs the package ldapts, which a clone of this project brings, and these variables of the environment,
 * of which the first two must be there:
 *
 * LDAP_URL             ldaps://directory.example.org, or ldap:// with LDAP_STARTTLS=true. A certificate of your own is
 *                      trusted by Node's NODE_EXTRA_CA_CERTS
 * LDAP_SEARCH_BASE     below which people are: ou=people,dc=example,dc=org
 * LDAP_BIND_DN         an account that may search; default: nobody, where the directory lets nobody search
 * LDAP_BIND_PASSWORD
 * LDAP_FILTER          who is meant by what was typed; default (uid={{username}}), in Active Directory
 *                      (&(objectCategory=person)(sAMAccountName={{username}}))
 * LDAP_NAME_ATTRIBUTE  what names the user, the first time; default uid, in Active Directory sAMAccountName
 * LDAP_ID_ATTRIBUTE    what stays when a name changes; default entryUUID, in Active Directory objectGUID
 * LDAP_GROUPS          who may come in, as what: {"it": {"role": "admin"}, "staff": {"role": "user", "model_mask": "gpt-.*"}}
 *                      A group is called by its name or its whole DN, whatever the case. The first that fits counts, "*" fits
 *                      everybody, whoever fits none stays out. Default: everybody is a user who may use all models.
 * LDAP_GROUP_BASE      below which groups are looked for; default: what the person's memberOf says
 * LDAP_GROUP_FILTER    default (member={{dn}}); groups within groups, in Active Directory:
 *                      (member:1.2.840.113556.1.4.1941:={{dn}})
 * LDAP_TIMEOUT_S       how long each answer may take; default 5
 *
 * An account hangs on the directory's own id of the person and keeps its name.
 */
import { connect, isIP, type Socket } from "node:net";
import { env } from "node:process";
import tls from "node:tls";
import { Client, type Entry, Filter, ResultCodeError } from "ldapts";
import type { Auth, OutsideUser, OutsideUsers } from "../../src/protocols/auth.ts";
import type { CodedError, ErrorCode } from "../../src/protocols/errors.ts";
import type { CorePlugin, Host } from "../../src/protocols/plugin.ts";

const mostAtOnce = 20; // sign-ins; each is a connection

type Group = { readonly role: string; readonly model_mask?: string };
type Settings = ReturnType<typeof readSettings>;

/** @throws what is wrong, which stops the start: nobody should wonder why a guard is not there. */
function readSettings() {
  const needed = (name: string) => env[name] || fail(`needs the variable ${name}`);
  const url = URL.parse(needed("LDAP_URL"));
  if (url === null || !["ldap:", "ldaps:"].includes(url.protocol))
    fail("needs an LDAP_URL that begins with ldaps:// or ldap://");
  return {
    url: url.href,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    secure: url.protocol === "ldaps:",
    startTls: env.LDAP_STARTTLS === "true" && url.protocol === "ldap:",
    plain: url.protocol === "ldap:" && !["127.0.0.1", "[::1]", "localhost"].includes(url.hostname),
    base: needed("LDAP_SEARCH_BASE"),
    bindDn: env.LDAP_BIND_DN || undefined,
    bindPassword: env.LDAP_BIND_DN ? needed("LDAP_BIND_PASSWORD") : "",
    filter: withPlace("LDAP_FILTER", "(uid={{username}})", "{{username}}"),
    nameAttribute: env.LDAP_NAME_ATTRIBUTE || "uid",
    idAttribute: env.LDAP_ID_ATTRIBUTE || "entryUUID",
    groups: env.LDAP_GROUPS ? readGroups(env.LDAP_GROUPS) : undefined,
    groupBase: env.LDAP_GROUP_BASE || undefined,
    groupFilter: withPlace("LDAP_GROUP_FILTER", "(member={{dn}})", "{{dn}}"),
    limitS: Number(env.LDAP_TIMEOUT_S || 5) || fail("needs a number of seconds in LDAP_TIMEOUT_S"),
  };
}

function withPlace(name: string, otherwise: string, place: string): string {
  const filter = env[name] || otherwise;
  return filter.includes(place) ? filter : fail(`needs ${place} in ${name}`);
}

/** By lower-case name, in order. */
function readGroups(text: string): readonly (readonly [string, Group])[] {
  let groups: unknown;
  try {
    groups = JSON.parse(text);
  } catch {
    fail("needs JSON in LDAP_GROUPS");
  }
  if (typeof groups !== "object" || groups === null || Array.isArray(groups))
    fail("needs an object in LDAP_GROUPS");
  return Object.entries(groups as Record<string, Partial<Record<keyof Group, unknown>> | null>).map(
    ([name, value]) => {
      const { role, model_mask: mask } = value ?? {};
      if (typeof role !== "string" || (mask !== undefined && typeof mask !== "string"))
        fail(`needs a role, and perhaps a model_mask, for the group ${name} of LDAP_GROUPS`);
      return [name.toLowerCase(), { role, ...(mask !== undefined && { model_mask: mask }) }];
    },
  );
}

function fail(what: string): never {
  throw new Error(`ldap ${what}`);
}

function coded(code: ErrorCode, message: string, hint: string, cause?: unknown): CodedError {
  return Object.assign(new Error(message, { cause }), { code, hint });
}

/** Somebody as the directory has them. */
type Person = {
  readonly dn: string;
  readonly name: string | undefined;
  /** The bytes of their id in hexadecimal digits. */
  readonly subject: string | undefined;
  /** `undefined`: in none that may come in. */
  readonly group: Group | undefined;
};

function directory(settings: Settings) {
  /**
   * A connection of its own, as the account that may search. One that breaks stays broken: the library would open another by
   * itself, without the encryption that STARTTLS had brought. In all it has the time of four answers.
   */
  async function connected<T>(use: (client: Client) => Promise<T>): Promise<T> {
    let socket: Socket | undefined;
    const once = <Open extends (...given: never[]) => Socket>(open: Open) =>
      ((...given: Parameters<Open>) => {
        if (socket !== undefined) throw new Error("the directory closed the connection");
        socket = open(...given);
        return socket;
      }) as unknown as Open;
    const client = new Client({
      ...{ url: settings.url, connectTimeout: settings.limitS * 1000, timeout: settings.limitS * 1000 },
      ...(settings.secure
        ? { createSecureConnection: once(tls.connect) }
        : { createConnection: once(connect) }),
      strictDN: false, // names are the directory's own
    });
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("the directory took too long")), settings.limitS * 4000);
    async function run(): Promise<T> {
      if (settings.startTls) await client.startTLS({ host: settings.host, ...serverName(settings.host) });
      if (settings.bindDn !== undefined) await client.bind(settings.bindDn, settings.bindPassword);
      return use(client);
    }
    try {
      return await Promise.race([run(), late]);
    } finally {
      clearTimeout(timer);
      const leave = () => void socket?.destroy();
      client.unbind().then(leave, leave);
    }
  }

  /** The one entry that fits; two are as good as none, since nobody knows who is meant. */
  async function find(client: Client, filter: string): Promise<Person | undefined> {
    const { searchEntries } = await client.search(settings.base, {
      ...{ scope: "sub", filter, timeLimit: Math.ceil(settings.limitS) },
      attributes: [settings.nameAttribute, settings.idAttribute, "memberOf"],
      explicitBufferAttributes: [settings.idAttribute],
    });
    const [entry, another] = searchEntries;
    if (entry === undefined || another !== undefined) return undefined;
    const id = valuesOf(entry, settings.idAttribute)[0];
    return {
      dn: entry.dn,
      name: valuesOf(entry, settings.nameAttribute)[0]?.toString(),
      subject: id === undefined ? undefined : Buffer.from(id).toString("hex"),
      group: await groupOf(client, entry),
    };
  }

  async function groupOf(client: Client, entry: Entry): Promise<Group | undefined> {
    const { groups, groupBase, groupFilter } = settings;
    if (groups === undefined) return { role: "user" };
    const dns =
      groupBase === undefined
        ? valuesOf(entry, "memberOf").map(String)
        : await groupsBelow(client, groupBase, fillIn(groupFilter, "{{dn}}", entry.dn));
    const theirs = new Set(dns.flatMap((dn) => [dn.toLowerCase(), firstName(dn).toLowerCase()]));
    return groups.find(([name]) => name === "*" || theirs.has(name))?.[1];
  }

  async function groupsBelow(client: Client, base: string, filter: string): Promise<readonly string[]> {
    const options = { filter, attributes: ["1.1"], timeLimit: Math.ceil(settings.limitS) };
    return (await client.search(base, options)).searchEntries.map(({ dn }) => dn);
  }

  return {
    connected,
    byName: (client: Client, name: string) => find(client, fillIn(settings.filter, "{{username}}", name)),
    /** Whether this is their password. Nobody's takes as long as somebody's. */
    async isPassword(client: Client, person: Person | undefined, password: string): Promise<boolean> {
      try {
        await client.bind(person?.dn ?? `cn=nobody,${settings.base}`, password);
        return true;
      } catch (error) {
        // Wrong, locked, expired: whatever the directory says to somebody who wants to sign in.
        if (error instanceof ResultCodeError && !isTrouble(error)) return false;
        throw error;
      }
    },
  };
}

/** Whose certificate is wanted, where one of many has to be chosen; an address is no name. */
const serverName = (host: string) => (isIP(host) === 0 ? { servername: host } : {});

/** What the directory says about itself rather than about a person: operations error, busy, unavailable. */
const isTrouble = ({ code }: ResultCodeError) => [1, 51, 52].includes(code);

const fillIn = (filter: string, place: string, value: string) =>
  filter.replaceAll(place, () => Filter.escape(value));

/** Directories write attributes in whatever case they like. */
function valuesOf(entry: Entry, attribute: string): readonly (string | Buffer)[] {
  const key = Object.keys(entry).find((name) => name.toLowerCase() === attribute.toLowerCase());
  const value = key === undefined ? [] : entry[key];
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** `it` of `cn=it,ou=groups,dc=example,dc=org`. */
const firstName = (dn: string) => /^[^=]+=((?:\\.|[^,+\\])*)/.exec(dn)?.[1] ?? "";

const source = "ldap";

function signInBy(host: Host, outside: OutsideUsers, settings: Settings) {
  const { connected, byName, isPassword } = directory(settings);
  let running = 0;

  async function ask(username: string, password: string): Promise<Person | undefined> {
    if (running >= mostAtOnce)
      throw coded("rate_limited", "Too many people sign in at once.", "Try again in a moment.");
    running += 1;
    try {
      return await connected(async (client) => {
        const person = await byName(client, username);
        return (await isPassword(client, person, password)) ? person : undefined;
      });
    } catch (error) {
      host.log.error({ err: error, url: settings.url }, "ldap: the directory does not answer as it should");
      const hint = "Try again in a moment. Users with a password of this server can still sign in.";
      throw coded("upstream_unreachable", "The directory does not answer.", hint, error);
    } finally {
      running -= 1;
    }
  }

  return async (username: string, password: string) => {
    // An empty password would be no password: many directories answer "welcome, nobody".
    if (username === "" || password === "") return undefined;
    const person = await ask(username, password);
    if (person === undefined) return undefined;
    const { name, subject, group, dn } = person;
    if (name === undefined || subject === undefined) {
      const missing = name === undefined ? settings.nameAttribute : settings.idAttribute;
      host.log.error({ dn }, `ldap: the entry has no ${missing}`);
      throw coded("upstream_broken", `The directory gave no ${missing}.`, "Another attribute can be chosen.");
    }
    if (group === undefined) {
      host.log.warn({ dn }, "ldap: somebody who is in no group of LDAP_GROUPS was refused");
      await outside.dismiss({ source, subject });
      throw coded("forbidden", "Your account may not use this server.", "Ask whoever runs it.");
    }
    const user: OutsideUser = { source, subject, username: name, role: group.role };
    return outside.admit({ ...user, ...(group.model_mask !== undefined && { modelMask: group.model_mask }) });
  };
}

export default {
  role: "auth",
  name: "ldap",
  priority: 10,
  async create(host, below): Promise<Auth> {
    const settings = readSettings();
    if (settings.plain && !settings.startTls)
      host.log.warn(
        { url: settings.url },
        "ldap: passwords go to the directory unencrypted; use ldaps:// or LDAP_STARTTLS",
      );
    const auth = await below();
    const outside = auth.outside ?? fail("needs an auth plugin below it that admits people from outside");
    const signIn = signInBy(host, outside, settings);
    return {
      ...auth,
      async authenticateUser(credentials) {
        const own = await auth.authenticateUser(credentials);
        return own ?? signIn(credentials.username.trim().normalize("NFC"), credentials.password.trim());
      },
    };
  },
} satisfies CorePlugin<"auth">;
