import type { ComponentProps, MouseEvent } from "react";
import type { ExtraProps } from "streamdown";
import { safeUrl } from "./safe-url.ts";
import { textOf } from "./text-of.ts";

type Props = ComponentProps<"a"> & ExtraProps;

/** A link that leaves this page without telling where it came from; what is no safe link is its text alone. */
export function Link(props: Props) {
  const { href, children, node } = props;
  const { dataFootnoteRef, dataFootnoteBackref } = node?.properties ?? {};
  if (dataFootnoteRef !== undefined || dataFootnoteBackref !== undefined) return <NoteLink {...props} />;
  const url = safeUrl(href);
  if (url === undefined) return <span>{children}</span>;
  const { href: goesTo, host } = new URL(url);
  return (
    <>
      <a href={goesTo} target="_blank" rel="noopener noreferrer" title={goesTo} data-goes-to={short(goesTo)}>
        {children}
      </a>
      {claimsOther(textOf(children), host) && <span className="link-host"> ({host})</span>}
    </>
  );
}

const short = (url: string): string => (url.length > 120 ? `${url.slice(0, 119)}…` : url);

/** Whether a link's text reads as if it led to another host than it does. */
function claimsOther(text: string, host: string): boolean {
  const claimed = /^\s*(?:[a-z]+:\/\/)?(?:www\.)?([^\s/@:?#]+\.\p{L}{2,})(?=$|[\s/:?#])/iu.exec(text)?.[1];
  if (claimed === undefined || host === "") return false;
  return (
    URL.parse(`https://${claimed}`)?.host.replace(/^www\./, "") !==
    host.replace(/^www\./, "").replace(/:\d+$/, "")
  );
}

/** To a footnote and back, inside this text: the address bar belongs to the page. */
function NoteLink({ href = "", id, children, "aria-label": name }: Props) {
  return (
    <a href={href} id={id} aria-label={name} className="note-link" onClick={goInside}>
      {children}
    </a>
  );
}

function goInside(event: MouseEvent<HTMLAnchorElement>): void {
  event.preventDefault();
  const id = event.currentTarget.getAttribute("href")?.slice(1) ?? "";
  // Other answers have footnotes of the same names.
  const place = event.currentTarget
    .closest(".markdown")
    ?.querySelector<HTMLElement>(`[id="${CSS.escape(id)}"]`);
  if (place == null) return;
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
}
