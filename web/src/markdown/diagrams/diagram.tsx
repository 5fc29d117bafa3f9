import { Code as CodeIcon, Workflow } from "lucide-react";
import { type CSSProperties, useState } from "react";
import { CopyButton } from "../../conversation/copy-button.tsx";
import { useWords } from "../../words/language.ts";
import { IconButton } from "../../workspace/icon-button.tsx";
import { CodeText } from "../code/code.tsx";
import { CodeFrame } from "../code/code-frame.tsx";
import { reachable } from "../reachable.ts";
import { useDrawing } from "./use-drawing.ts";

type Props = {
  readonly source: string;
  /** The end of it is not here yet. */
  readonly coming: boolean;
};

/** A diagram, or its source: while it comes, when it makes no sense, and when the reader wants to see it. */
export function Diagram({ source, coming }: Props) {
  const words = useWords().markdown;
  const [sourceWanted, setSourceWanted] = useState(false);
  const { drawn, error } = useDrawing(source, !coming);
  const shown = drawn !== undefined && !coming && !sourceWanted;
  return (
    <CodeFrame
      className="diagram"
      label={words.diagram}
      actions={
        <>
          {drawn && !coming && (
            <IconButton
              name={shown ? words.showSource : words.showDiagram}
              icon={shown ? CodeIcon : Workflow}
              onClick={() => setSourceWanted(shown)}
            />
          )}
          <CopyButton text={source} />
        </>
      }
    >
      {shown ? (
        <div className="drawing" ref={reachable} style={{ "--natural": `${drawn.width}px` } as CSSProperties}>
          {/* As an image nothing in it can run, be clicked, or fetch anything. */}
          <img
            src={`data:image/svg+xml,${encodeURIComponent(drawn.svg)}`}
            width={drawn.width}
            height={drawn.height}
            alt={words.diagramOf(source)}
          />
        </div>
      ) : (
        <CodeText text={source} />
      )}
      {error !== undefined && !coming && <p className="diagram-error">{words.diagramFailed(error)}</p>}
    </CodeFrame>
  );
}
