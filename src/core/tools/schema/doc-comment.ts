/** A parameter in a doc comment. */
export type DocParam = {
  /** As in `{integer}`, without what only says that it is optional. */
  readonly type?: string;
  readonly text: string;
  readonly optional?: true;
  /** As in `[days=3]`, JSON or a word. */
  readonly default?: string;
};

/** What a doc comment says. `params` holds dotted names too: `args.city`. */
export type DocComment = {
  readonly description: string;
  readonly params: ReadonlyMap<string, DocParam>;
  /** The other tags by name, with their text. */
  readonly tags: ReadonlyMap<string, string>;
};

export const noComment: DocComment = { description: "", params: new Map(), tags: new Map() };

/** Any tag at the beginning of a line; in mid-line only ours, since an `@` may be part of a text. */
const tagStart =
  /^[ \t]*@(?=[a-z])|\s@(?=(?:param|arg|argument|returns?|integer|readOnly|idempotent|approve|timeoutMs)\b)/im;

/** Reads what stands between the slashes and stars of a doc comment. */
export function readDocComment(comment: string): DocComment {
  const lines = comment.split(/\r?\n/).map((line) => line.replace(/^\s*\*+ ?/, "").trimEnd());
  const [head = "", ...tagged] = lines.join("\n").split(tagStart);
  const params = new Map<string, DocParam>();
  const tags = new Map<string, string>();
  for (const tag of tagged) {
    const [, name = "", text = ""] = /^(\w+)\s*(.*)$/s.exec(tag) ?? [];
    const param = ["param", "arg", "argument"].includes(name) ? readParam(text) : undefined;
    if (param !== undefined) params.set(param.name, param.param);
    else tags.set(name, oneLine(text));
  }
  return { description: head.trim(), params, tags };
}

function readParam(text: string): { readonly name: string; readonly param: DocParam } | undefined {
  const { type, rest } = takeType(text);
  const optionalType = type?.endsWith("=");
  const [, open, name, preset, words = ""] =
    /^\s*(\[?)\s*([\w$.]+)\s*(?:=\s*([^\]]*))?\]?\s*(?:-\s+)?(.*)$/s.exec(rest) ?? [];
  if (name === undefined) return undefined;
  return {
    name,
    param: {
      text: oneLine(words),
      ...(type === undefined ? {} : { type: type.replace(/=$/, "").trim() }),
      ...(open === "[" || optionalType ? { optional: true } : {}),
      ...(open === "[" && preset !== undefined ? { default: preset.trim() } : {}),
    },
  };
}

/** `{type}` with the braces that belong together, so that `{{a: string}}` is one. */
function takeType(text: string): { readonly type?: string; readonly rest: string } {
  const start = text.trimStart();
  if (!start.startsWith("{")) return { rest: start };
  let depth = 0;
  for (let at = 0; at < start.length; at++) {
    if (start[at] === "{") depth++;
    if (start[at] === "}" && --depth === 0)
      return { type: start.slice(1, at).trim(), rest: start.slice(at + 1) };
  }
  return { rest: start };
}

const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");
