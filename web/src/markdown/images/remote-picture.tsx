import { useEffect, useRef, useState } from "react";
import { here } from "../../api/here.ts";
import { useWords } from "../../words/language.ts";
import type { PictureAnswer, PictureWish, Ready } from "../frames/messages.ts";

/** A picture from elsewhere, in a frame of its own: see docs/decisions/008. */
export function RemotePicture({ src, alt }: PictureWish) {
  const words = useWords().markdown;
  const frame = useRef<HTMLIFrameElement>(null);
  const [state, setState] = useState<PictureAnswer>();
  useEffect(() => {
    const listen = ({ source, data }: MessageEvent<PictureAnswer | Ready>) => {
      const window = frame.current?.contentWindow;
      if (window == null || source !== window) return;
      if ("ready" in data)
        window.postMessage({ src, alt } satisfies PictureWish, "*"); // a frame of no origin has no name
      else setState(data);
    };
    addEventListener("message", listen);
    return () => removeEventListener("message", listen);
  }, [src, alt]);
  if (state !== undefined && "failed" in state)
    return <span className="picture-line">{words.imageFailed}</span>;
  return (
    <iframe
      ref={frame}
      className="picture"
      src={here("/frames/picture")}
      sandbox="allow-scripts"
      title={alt || words.image}
      tabIndex={-1}
      style={state ? { width: state.width, aspectRatio: `${state.width} / ${state.height}` } : { height: 0 }}
    />
  );
}
