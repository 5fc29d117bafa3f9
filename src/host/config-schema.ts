import { ConfigSchema } from "../protocols/config.ts";

/** The part of JSON Schema that the configuration is written in. */
export type SchemaNode = {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly env?: string;
  /** Names under which systems before this one read the same; `env` comes before them. */
  readonly envBefore?: readonly string[];
  /** The number counts hours; in a variable it may be written as `90m`, `24h` or `7d`. */
  readonly hours?: boolean;
  readonly secret?: boolean;
  /** The text is a regular expression, matched as `maskFault` wants it. */
  readonly mask?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly { readonly const?: unknown }[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
};

export const configSchema = ConfigSchema as SchemaNode;

/** A setting with the dotted key by which people know it, for example `rate_limits.login.points`. */
export type Setting = {
  readonly key: string;
  readonly path: readonly string[];
  readonly node: SchemaNode;
  /** What is said of the map it stands in. */
  readonly group: string | undefined;
};

/** Every setting that holds a value of its own, in the order of the schema; records and lists count as one. */
export function settings(
  node: SchemaNode = configSchema,
  path: readonly string[] = [],
  group?: string,
): readonly Setting[] {
  if (node.properties === undefined) return [{ key: path.join("."), path, node, group }];
  return Object.entries(node.properties).flatMap(([key, child]) =>
    settings(child, [...path, key], node.description),
  );
}

/** What is allowed there, in words that follow "must be". */
export function allowed(node: SchemaNode): string {
  if (node.anyOf !== undefined)
    return `one of ${node.anyOf.map((choice) => String(choice.const)).join(", ")}`;
  if (node.type === "boolean") return "true or false";
  if (node.type === "integer") return `a whole number${range(node)}`;
  if (node.type === "number") return `a number${range(node)}`;
  if (node.type === "array") return "a list";
  if (node.type === "object") return "a map";
  if (node.pattern === "^https?://") return "an address that begins with http:// or https://";
  if (node.pattern === "^postgres(ql)?://") return "an address that begins with postgres:// or postgresql://";
  if (node.pattern !== undefined) return `a text that fits ${node.pattern}`;
  if (node.minLength === 1) return "a text that is not empty";
  return node.minLength === undefined ? "a text" : `a text of at least ${node.minLength} characters`;
}

function range({ minimum, exclusiveMinimum, maximum }: SchemaNode): string {
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of ${minimum} or more`;
  return maximum === undefined ? "" : ` of ${maximum} or less`;
}
