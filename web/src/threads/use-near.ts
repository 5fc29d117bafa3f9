import { useEffect, useRef, useState } from "react";

/** How far outside the window a part of the list is made ready: about a window's height, so that scrolling finds it. */
const reach = "600px 0px";

/** Whether an element of the scrolling list is in its window or near it, and how high a row of it was when it last was. */
export function useNear<Element extends HTMLElement>(first = false) {
  const ref = useRef<Element>(null);
  const [state, setState] = useState<{ near: boolean; rowHeight?: number }>({ near: first });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const latest = entries.at(-1);
        if (latest === undefined) return;
        const near = latest.isIntersecting;
        // As it is now: between what was observed and this moment it may have got more rows.
        const [height, rows] = [element.getBoundingClientRect().height, element.childElementCount];
        // What leaves is measured as it leaves; what was never drawn has no height of its own yet.
        setState((before) =>
          before.near && !near && rows > 0 ? { near, rowHeight: height / rows } : { ...before, near },
        );
      },
      { root: element.closest(".sidebar-list"), rootMargin: reach },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, ...state };
}
