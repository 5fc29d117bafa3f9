import { type ComponentProps, useSyncExternalStore } from "react";
import type { ExtraProps } from "streamdown";
import { useWords } from "../../words/language.ts";
import { safeUrl } from "../safe-url.ts";
import { allowedHosts, allowHost, forbidHost } from "./allowed-hosts.ts";
import { isRasterData } from "./raster-data.ts";
import { RemotePicture } from "./remote-picture.tsx";

/**
 * An image is fetched only from hosts that the reader allows: its address alone would tell a stranger that, when and
 * where this was read, and whatever of the conversation a model was made to write into it.
 */
export function Picture({ src, alt = "" }: ComponentProps<"img"> & ExtraProps) {
  const words = useWords().markdown;
  const hosts = useSyncExternalStore(allowedHosts.subscribe, allowedHosts.get);
  if (typeof src !== "string") return <span className="picture-line">{alt || words.image}</span>;
  if (isRasterData(src)) return <img className="picture" src={src} alt={alt} />;
  const url = URL.parse(safeUrl(src) ?? "");
  if (url === null || url.host === "") return <span className="picture-line">{alt || words.image}</span>;
  const { href, host, protocol } = url;
  const link = (
    <a href={href} target="_blank" rel="noopener noreferrer" title={href} data-goes-to={href.slice(0, 120)}>
      {alt || words.image}
    </a>
  );
  if (protocol !== "https:") {
    return <span className="picture-line">{link}</span>;
  }
  const allowed = hosts.includes(host);
  return (
    <span className="picture-place">
      {allowed && <RemotePicture key={href} src={href} alt={alt} />}
      <span className="picture-line">
        {link}
        <button
          type="button"
          className={allowed ? "quiet" : ""}
          onClick={() => (allowed ? forbidHost(host) : allowHost(host))}
        >
          {allowed ? words.hideImages(host) : words.showImages(host)}
        </button>
      </span>
    </span>
  );
}
