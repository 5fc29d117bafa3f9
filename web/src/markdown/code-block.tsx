import { type ComponentProps, isValidElement, type ReactNode } from "react";
import type { ExtraProps } from "streamdown";
import { CopyButton } from "../conversation/copy-button.tsx";
import { reachable } from "./reachable.ts";

/** Code with the name of its language and a way to take it along. */
export function CodeBlock({ children }: ComponentProps<"pre"> & ExtraProps) {
  const code = isValidElement<{ className?: string; children?: ReactNode }>(children)
    ? children.props
    : undefined;
  const language = /language-(\S+)/.exec(code?.className ?? "")?.[1];
  const text = textOf(code?.children ?? children);
  return (
    <figure className="code">
      <figcaption>
        <span>{language}</span>
        <CopyButton text={text} />
      </figcaption>
      <pre ref={reachable}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}

const textOf = (node: ReactNode): string => {
  if (typeof node === "string") return node.replace(/\n$/, "");
  if (Array.isArray(node)) return node.map(textOf).join("");
  return "";
};
