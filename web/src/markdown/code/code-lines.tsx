import { memo } from "react";
import { kinds, type Line } from "./highlighted.ts";

/** Code line by line, in colour where that is known for just these characters. */
export function CodeLines({ code, lines }: { readonly code: string; readonly lines: readonly Line[] }) {
  return (
    <code>
      {code.split("\n").map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <CodeLine key={index} text={index === 0 ? text : `\n${text}`} line={lines[index]} />
      ))}
    </code>
  );
}

const CodeLine = memo(function CodeLine({ text, line }: { text: string; line: Line | undefined }) {
  const coloured = line?.map(([, piece]) => piece).join("");
  if (line === undefined || coloured !== text.replace(/^\n/, "")) return text;
  return (
    <>
      {text.startsWith("\n") && "\n"}
      {line.map(([kind, piece], index) =>
        kind === 0 ? (
          piece
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
          <span key={index} className={`code-${kinds[kind]}`}>
            {piece}
          </span>
        ),
      )}
    </>
  );
});
