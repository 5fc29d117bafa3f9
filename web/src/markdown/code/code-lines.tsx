import { memo } from "react";
import { kinds, type Line } from "./highlighted.ts";

/** So many lines are laid out together: a token at the end of a long block leaves all but the last of them alone. */
const partLength = 25;

type Props = { readonly code: string; readonly lines: readonly Line[] };

/** Code line by line, in colour where that is known for just these characters. */
export function CodeLines({ code, lines }: Props) {
  const texts = code.split("\n");
  const parts = Math.ceil(texts.length / partLength);
  return (
    <code>
      {Array.from({ length: parts }, (_, part) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
        <span key={part} className="code-part">
          {texts.slice(part * partLength, (part + 1) * partLength).map((text, index) => {
            const place = part * partLength + index;
            return (
              <CodeLine
                key={place}
                text={place < texts.length - 1 ? `${text}\n` : text}
                line={lines[place]}
              />
            );
          })}
        </span>
      ))}
    </code>
  );
}

const CodeLine = memo(function CodeLine({ text, line }: { text: string; line: Line | undefined }) {
  const coloured = line?.map(([, piece]) => piece).join("");
  if (line === undefined || coloured !== text.replace(/\n$/, ""))
    return <span className="code-line">{text}</span>;
  return (
    <span className="code-line">
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
      {text.endsWith("\n") && "\n"}
    </span>
  );
});
