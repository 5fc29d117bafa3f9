import assert from "node:assert/strict";

/** As much of an n8n workflow as the examples use. */
type Node = {
  readonly name: string;
  readonly type: string;
  readonly parameters: {
    readonly method?: string;
    readonly url?: string;
    readonly headerParameters?: {
      readonly parameters: readonly { readonly name: string; readonly value: string }[];
    };
    readonly jsonBody?: string;
    readonly resume?: string;
    readonly assignments?: {
      readonly assignments: readonly { readonly name: string; readonly value: string }[];
    };
    readonly conditions?: {
      readonly combinator: "and" | "or";
      readonly conditions: readonly { readonly leftValue: string; readonly rightValue: string }[];
    };
    readonly errorMessage?: string;
  };
};

export type Workflow = {
  readonly nodes: readonly Node[];
  readonly connections: Readonly<
    Record<string, { readonly main: readonly (readonly { readonly node: string }[])[] }>
  >;
};

type Item = Readonly<Record<string, unknown>>;

/** What the workflow runs in. */
export type Surroundings = {
  /** Instead of what the node `Settings` says. */
  readonly settings: Item;
  readonly resumeUrl: string;
  /** What is posted to `resumeUrl`, once it is. */
  resumed(): Promise<Item>;
  /** Instead of a wait for a time. */
  pause(): Promise<void>;
};

/**
 * Goes through a workflow as n8n does, from its manual trigger on; HTTP requests are real.
 * @returns what the last node hands on.
 */
export async function walk({ nodes, connections }: Workflow, around: Surroundings): Promise<Item> {
  const done = new Map<string, Item>();
  let node = nodes.find(({ type }) => type === "n8n-nodes-base.manualTrigger");
  let item: Item = {};
  for (let steps = 0; node !== undefined; steps += 1) {
    assert.ok(steps < 500, "the workflow goes round in circles");
    const { out, json } = await run(node, item);
    item = json;
    done.set(node.name, item);
    const [next] = connections[node.name]?.main[out] ?? [];
    node = next && nodes.find(({ name }) => name === next.node);
    assert.ok(next === undefined || node !== undefined, `there is no node ${next?.node}`);
  }
  return item;

  async function run(
    { name, type, parameters: given }: Node,
    json: Item,
  ): Promise<{ out: number; json: Item }> {
    const say = (text = "") => filled(text, json);
    switch (type) {
      case "n8n-nodes-base.manualTrigger":
        return { out: 0, json: {} };
      case "n8n-nodes-base.set": {
        const set = (given.assignments?.assignments ?? []).map(({ name, value }) => [name, say(value)]);
        return { out: 0, json: name === "Settings" ? around.settings : Object.fromEntries(set) };
      }
      case "n8n-nodes-base.httpRequest": {
        const headers = (given.headerParameters?.parameters ?? []).map(({ name, value }) => [
          name,
          say(value),
        ]);
        const response = await fetch(say(given.url), {
          method: given.method ?? "GET",
          headers: { ...Object.fromEntries(headers), "content-type": "application/json" },
          ...(given.jsonBody !== undefined && { body: say(given.jsonBody) }),
        });
        const text = await response.text();
        assert.ok(response.ok, `${name}: ${response.status} ${text}`);
        return { out: 0, json: JSON.parse(text) as Item };
      }
      case "n8n-nodes-base.wait":
        if (given.resume === "webhook") return { out: 0, json: await around.resumed() };
        await around.pause();
        return { out: 0, json };
      case "n8n-nodes-base.if": {
        const { combinator, conditions } = given.conditions ?? assert.fail(`${name} has no conditions`);
        const holds = conditions.map(({ leftValue, rightValue }) => say(leftValue) === say(rightValue));
        const all = combinator === "and" ? holds.every(Boolean) : holds.some(Boolean);
        return { out: all ? 0 : 1, json };
      }
      case "n8n-nodes-base.stopAndError":
        return assert.fail(`${name}: ${say(given.errorMessage)}`);
      default:
        return assert.fail(`nobody here knows a node of the type ${type}`);
    }
  }

  /** A parameter that begins with `=` has expressions in it; those of the examples are paths. */
  function filled(text: string, json: Item): string {
    if (!text.startsWith("=")) return text;
    return text.slice(1).replaceAll(/\{\{ (.*?) \}\}/g, (_, path: string) => {
      if (path === "$execution.resumeUrl") return around.resumeUrl;
      const [, of, keys = ""] = /^(?:\$json|\$\('([^']+)'\)\.item\.json)\.([\w.]+)$/.exec(path) ?? [];
      assert.notEqual(keys, "", `${path} is more than these examples need`);
      const from: unknown = of === undefined ? json : done.get(of);
      const value = keys
        .split(".")
        .reduce<unknown>((inside, key) => (inside as Item | undefined)?.[key], from);
      assert.notEqual(value, undefined, `${path} leads to nothing`);
      return String(value);
    });
  }
}
