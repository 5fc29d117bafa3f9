import { type ComponentProps, isValidElement, type ReactNode } from "react";
import { type ExtraProps, useIsCodeFenceIncomplete } from "streamdown";
import { Diagram } from "../diagrams/diagram.tsx";
import { textOf } from "../text-of.ts";
import { Code } from "./code.tsx";

/** A fence: code in its language, or the diagram that it describes. */
export function CodeBlock({ children }: ComponentProps<"pre"> & ExtraProps) {
  const coming = useIsCodeFenceIncomplete();
  const className = isValidElement<{ className?: string; children?: ReactNode }>(children)
    ? children.props.className
    : undefined;
  const language = /language-(\S+)/.exec(className ?? "")?.[1];
  const text = textOf(children).replace(/\n$/, "");
  if (language === "mermaid") return <Diagram source={text} coming={coming} />;
  return <Code text={text} language={language} coming={coming} />;
}
