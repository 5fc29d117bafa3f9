import type { TSchema } from "typebox";
import { Check } from "typebox/value";
import { isObject } from "../lib/is-object.ts";
import { maskFault } from "../lib/mask-check.ts";
import { nearest } from "../lib/nearest.ts";
import type { Config } from "../protocols/config.ts";
import { allowed, configSchema, type SchemaNode } from "./config-schema.ts";
import { withoutCredentials } from "./mask.ts";

/** What is wrong with a setting. */
export type Fault = { readonly path: readonly string[]; readonly message: string };

/**
 * The configuration that `value` stands for: defaults filled in, frozen to the last leaf; or every fault there is.
 * `null`, which is what YAML makes of a key with nothing behind it, counts as absent.
 */
export function checkConfig(
  value: unknown,
): { readonly config: Config } | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const filled = fill(configSchema, value ?? {}, [], false, faults);
  if (faults.length > 0) return { faults };
  const config = filled as Config; // `fill` has checked it against the schema that this type is made of
  const loopback = config.mode === "ephemeral"; // its password is known to everybody
  return { config: freeze({ ...config, host: config.host ?? (loopback ? "127.0.0.1" : "0.0.0.0") }) };
}

function fill(
  node: SchemaNode,
  given: unknown,
  path: readonly string[],
  secret: boolean,
  faults: Fault[],
): unknown {
  const value = given ?? node.default;
  if (value === undefined) return undefined;
  const hidden = secret || node.secret === true;
  const wrong = (message: string) => faults.push({ path, message });
  const show = () => (hidden ? "(hidden)" : shown(value));

  if (node.properties !== undefined || node.patternProperties !== undefined) {
    if (!isObject(value)) return wrong(`is ${show()}, but must be a map`);
    return node.properties === undefined
      ? fillRecord(node.patternProperties ?? {}, value, path, hidden, faults)
      : fillObject(node.properties, value, path, hidden, faults);
  }
  if (node.items !== undefined) {
    const { items } = node;
    if (!Array.isArray(value)) return wrong(`is ${show()}, but must be a list`);
    return value.map((item: unknown, at) => {
      if (item == null)
        faults.push({ path: [...path, String(at)], message: `is empty, but must be ${allowed(items)}` });
      return fill(items, item, [...path, String(at)], hidden, faults);
    });
  }
  if (!Check(node as TSchema, value)) return wrong(`is ${show()}, but must be ${allowed(node)}`);
  const unusable = node.mask === true ? maskFault(String(value)) : undefined;
  return unusable === undefined ? value : wrong(`is ${show()}, which cannot be used: ${unusable}`);
}

type Nodes = Readonly<Record<string, SchemaNode>>;
type Values = Readonly<Record<string, unknown>>;

function fillObject(
  nodes: Nodes,
  value: Values,
  path: readonly string[],
  secret: boolean,
  faults: Fault[],
): unknown {
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(nodes, key)) continue;
    const near = nearest(key, Object.keys(nodes));
    const known =
      near === undefined ? `known here: ${Object.keys(nodes).join(", ")}` : `did you mean ${near}?`;
    faults.push({ path: [...path, key], message: `is not a setting; ${known}` });
  }
  const filled = Object.entries(nodes).map(
    ([key, node]) => [key, fill(node, value[key], [...path, key], secret, faults)] as const,
  );
  return Object.fromEntries(filled.filter(([, child]) => child !== undefined));
}

function fillRecord(
  nodes: Nodes,
  value: Values,
  path: readonly string[],
  secret: boolean,
  faults: Fault[],
): unknown {
  const filled: [string, unknown][] = [];
  for (const [key, child] of Object.entries(value)) {
    const fit = Object.entries(nodes).find(([pattern]) => new RegExp(pattern).test(key));
    if (fit === undefined) {
      faults.push({
        path: [...path, key],
        message: `is not a name that fits ${Object.keys(nodes).join(" or ")}`,
      });
    } else {
      // An entry that is there with nothing behind it is an entry with all its defaults.
      const empty = fit[1].properties === undefined ? child : (child ?? {});
      filled.push([key, fill(fit[1], empty, [...path, key], secret, faults)]);
    }
  }
  return Object.fromEntries(filled.filter(([, child]) => child !== undefined));
}

/** Maps and lists are only named: a secret may be in there under a key that nobody knows. */
function shown(value: unknown): string {
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "a map";
  return JSON.stringify(typeof value === "string" ? withoutCredentials(value) : value);
}

/** Frozen copies all the way down, so that no caller's own object is frozen with it. */
function freeze<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map(freeze)) as T;
  if (!isObject(value)) return value;
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, child]) => [key, freeze(child)])),
  ) as T;
}
