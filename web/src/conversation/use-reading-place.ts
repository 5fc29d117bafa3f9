import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** How near the end, in pixels, counts as reading the end; nearer than `touchPx` also on the way up. */
const nearPx = 100;
const touchPx = 8;
/** How long a place that was gone to is held while what stands around it is drawn, in ms; a hand ends it at once. */
const holdMs = 1000;
/** Where a message that was gone to stands below the upper edge, in pixels. */
const landingPx = 72;

/** What the reader's eye rests on, and how far it stands below the upper edge. */
type Mark = { readonly element: Element; readonly top: number };

/** Where the reader is: at the end, a little above it, or far from it. */
export type Distance = "end" | "near" | "far";

/**
 * A scroller that stays where its reader is. At the end it follows what comes. Anywhere else what is being read keeps its
 * place on the screen, whatever grows, shrinks or is put in above it. Not every browser does so by itself, and one that does
 * moves a reader at the end away from it: CSS tells it not to.
 * @param follow goes to the end now: the reader has just said something.
 * @param more stands below what is there, though not loaded: where that ends is no end to follow.
 */
export function useReadingPlace(follow: boolean, more: boolean) {
  const ref = useRef<HTMLDivElement>(null);
  const pinned = useRef(true);
  const marks = useRef<readonly Mark[]>([]);
  const held = useRef(0);
  // Where the scroller stood when it was last known to stand right, and how much it held: only a hand moves it from there.
  const right = useRef({ top: 0, height: 0 });
  const [distance, setDistance] = useState<Distance>("end");
  const endless = useRef(more);
  useLayoutEffect(() => {
    endless.current = more;
  }, [more]);

  const settle = useCallback(() => {
    const scroller = ref.current;
    if (scroller === null) return;
    if (pinned.current) scroller.scrollTop = scroller.scrollHeight;
    else scroller.scrollTop += driftOf(marks.current, scroller);
    right.current = { top: scroller.scrollTop, height: scroller.scrollHeight };
  }, []);

  useEffect(() => {
    const scroller = ref.current;
    const content = scroller?.firstElementChild;
    if (scroller === null || !content) return;
    const onScroll = () => {
      const moved = scroller.scrollTop - right.current.top;
      if (performance.now() < held.current) return;
      if (!pinned.current && scroller.scrollHeight !== right.current.height) {
        // Something was put in at the same moment. The old marks still tell where, once they went along with the hand.
        marks.current = marks.current.map(({ element, top }) => ({ element, top: top - moved }));
        settle();
      }
      right.current = { top: scroller.scrollTop, height: scroller.scrollHeight };
      const fromEnd = fromEndOf(scroller);
      const isEnd = fromEnd <= touchPx || (moved >= 0 && (pinned.current || fromEnd < nearPx));
      pinned.current = isEnd && !endless.current;
      marks.current = pinned.current ? [] : marksIn(scroller);
      setDistance(distanceTo(pinned.current, scroller));
    };
    const onHand = () => {
      held.current = 0;
    };
    const observer = new ResizeObserver(settle);
    observer.observe(content);
    observer.observe(scroller);
    scroller.addEventListener("scroll", onScroll, { passive: true });
    for (const hand of hands) scroller.addEventListener(hand, onHand, { passive: true });
    settle();
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", onScroll);
      for (const hand of hands) scroller.removeEventListener(hand, onHand);
    };
  }, [settle]);

  const toEnd = useCallback(() => {
    held.current = 0;
    pinned.current = true;
    marks.current = [];
    setDistance("end");
    settle();
  }, [settle]);

  const goTo = useCallback(
    (message: Element) => {
      held.current = performance.now() + holdMs;
      pinned.current = false;
      marks.current = [{ element: message, top: landingPx }];
      settle();
      if (ref.current !== null) setDistance(distanceTo(false, ref.current));
    },
    [settle],
  );

  useLayoutEffect(() => {
    if (follow) toEnd();
  }, [follow, toEnd]);

  return { ref, distance: more ? "far" : distance, toEnd, goTo } as const;
}

const fromEndOf = ({ scrollHeight, scrollTop, clientHeight }: Element) =>
  scrollHeight - scrollTop - clientHeight;

function distanceTo(pinned: boolean, scroller: Element): Distance {
  if (pinned) return "end";
  return fromEndOf(scroller) < scroller.clientHeight ? "near" : "far";
}

const hands = ["wheel", "touchstart", "pointerdown", "keydown"] as const;

/** What stands at the upper edge: a line and, should that be drawn anew, its message. */
function marksIn(scroller: Element): readonly Mark[] {
  const { left, width, top } = scroller.getBoundingClientRect();
  const line = document.elementFromPoint(left + width / 2, top + touchPx);
  if (line === null || line === scroller || !scroller.contains(line)) return [];
  const message = line.closest("[data-message]");
  const elements = message === null || message === line ? [line] : [line, message];
  return elements.map((element) => ({ element, top: element.getBoundingClientRect().top - top }));
}

function driftOf(marks: readonly Mark[], scroller: Element): number {
  const mark = marks.find(({ element }) => element.isConnected);
  if (mark === undefined) return 0;
  return mark.element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - mark.top;
}
