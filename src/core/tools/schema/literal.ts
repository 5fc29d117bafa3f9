import type { Json } from "../../../protocols/json.ts";

type Node = { readonly type: string };

/** The value of an expression that is one as it stands: a literal, a list or an object of such; nothing otherwise. */
export function constant(node: Node): Json | undefined {
  switch (node.type) {
    case "Literal": {
      const { value } = node as Node & { readonly value: unknown };
      const plain = value === null || ["string", "number", "boolean"].includes(typeof value);
      return plain && !("regex" in node) ? (value as Json) : undefined;
    }
    case "UnaryExpression": {
      const { operator, argument } = node as Node & { readonly operator: string; readonly argument: Node };
      const value = constant(argument);
      return operator === "-" && typeof value === "number" ? -value : undefined;
    }
    case "TSAsExpression":
    case "TSSatisfiesExpression":
      return constant((node as Node & { readonly expression: Node }).expression);
    case "ArrayExpression": {
      const { elements } = node as Node & { readonly elements: readonly (Node | null)[] };
      const values = elements.map((element) => (element === null ? undefined : constant(element)));
      return values.every((value) => value !== undefined) ? values : undefined;
    }
    case "ObjectExpression":
      return (node as Node & { readonly properties: readonly unknown[] }).properties.length === 0
        ? {}
        : undefined;
    default:
      return undefined;
  }
}
