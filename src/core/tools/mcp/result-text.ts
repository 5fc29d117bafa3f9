/** What a server answered to a call, as far as it can be read: nothing is believed that was not looked at. */
export type CallResult = {
  readonly content?: unknown;
  readonly structuredContent?: unknown;
  readonly isError?: unknown;
};

/**
 * What the model is told of a result: its texts, and of everything else what it is. Without any text, the structured
 * content as JSON. Never anything binary.
 */
export function resultText({ content, structuredContent }: CallResult): string {
  const parts = Array.isArray(content) ? content.filter(isBlock) : [];
  const texts = parts.map(describe);
  const said = parts.some(({ type }) => type === "text");
  if (!said && structuredContent !== undefined) texts.push(JSON.stringify(structuredContent));
  return texts.join("\n");
}

type Block = { readonly type?: unknown; readonly [key: string]: unknown };

const isBlock = (value: unknown): value is Block => typeof value === "object" && value !== null;

function describe(block: Block): string {
  switch (block.type) {
    case "text":
      return text(block.text, Number.POSITIVE_INFINITY);
    case "image":
    case "audio":
      return bracketed(block.type, block.mimeType, base64Size(block.data));
    case "resource_link":
      return bracketed("resource", block.uri, block.mimeType, sizeOf(block.size));
    case "resource": {
      const inner = isBlock(block.resource) ? block.resource : {};
      if (typeof inner.text !== "string")
        return bracketed("resource", inner.uri, inner.mimeType, base64Size(inner.blob));
      return `${bracketed("resource", inner.uri, inner.mimeType, sizeOf(Buffer.byteLength(inner.text)))}\n${inner.text}`;
    }
    default:
      return bracketed("content that cannot be shown", block.type);
  }
}

/** What a server calls something is its own text: cut, so that a description stays one. */
const text = (value: unknown, most = 300): string => (typeof value === "string" ? value.slice(0, most) : "");

const bracketed = (...said: readonly unknown[]): string =>
  `[${said
    .map((each) => text(each))
    .filter((each) => each !== "")
    .join(", ")}]`;

const sizeOf = (bytes: unknown): string => (typeof bytes === "number" ? `${bytes} bytes` : "");

const base64Size = (data: unknown): string =>
  typeof data === "string" ? sizeOf(Buffer.byteLength(data, "base64")) : "";
