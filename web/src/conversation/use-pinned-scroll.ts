import { useEffect, useLayoutEffect, useRef } from "react";

/** How near the end, in pixels, counts as reading the end. */
const nearPx = 100;

/**
 * A scroller that stays at its end while what it holds grows, as long as the reader is there.
 * @param follow goes to the end now: the reader has just said something.
 * @returns its ref, and `hold` to call before something is put in above: what the reader sees then stays in place.
 */
export function usePinnedScroll(follow: boolean) {
  const ref = useRef<HTMLDivElement>(null);
  const pinned = useRef(true);
  const held = useRef<number>(undefined);

  useEffect(() => {
    const scroller = ref.current;
    const content = scroller?.firstElementChild;
    if (scroller === null || !content) return;
    const onScroll = () => {
      pinned.current = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearPx;
    };
    const place = () => {
      if (held.current !== undefined) {
        scroller.scrollTop = scroller.scrollHeight - held.current;
        held.current = undefined;
      } else if (pinned.current) scroller.scrollTop = scroller.scrollHeight;
    };
    const observer = new ResizeObserver(place);
    observer.observe(content);
    observer.observe(scroller);
    scroller.addEventListener("scroll", onScroll, { passive: true });
    place();
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", onScroll);
    };
  }, []);

  useLayoutEffect(() => {
    if (!follow || ref.current === null) return;
    pinned.current = true;
    ref.current.scrollTop = ref.current.scrollHeight;
  }, [follow]);

  const hold = () => {
    const scroller = ref.current;
    if (scroller !== null) held.current = scroller.scrollHeight - scroller.scrollTop;
  };
  return { ref, hold };
}
