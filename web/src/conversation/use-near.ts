import { useEffect, useRef, useState } from "react";

type Watch = { readonly observer: IntersectionObserver; readonly seen: Map<Element, () => void> };

/** One observer for all that lies in a scroller. */
const watches = new WeakMap<Element, Watch>();

/** How far from what is seen counts as near: a screen or two, so that a scrolling reader meets nothing half drawn. */
const margin = "1500px 0px";

/**
 * Whether an element has come near to what is seen in its scroller. Once it has, it stays so.
 * @param first what it is before anybody looked.
 */
export function useNear<Kind extends HTMLElement>(first = false) {
  const ref = useRef<Kind>(null);
  const [near, setNear] = useState(first);
  useEffect(() => {
    const element = ref.current;
    const scroller = element?.closest(".scroller");
    if (near || element === null || !scroller) return;
    const { observer, seen } = watchOf(scroller);
    seen.set(element, () => setNear(true));
    observer.observe(element);
    return () => {
      observer.unobserve(element);
      seen.delete(element);
    };
  }, [near]);
  return { ref, near };
}

function watchOf(scroller: Element): Watch {
  const known = watches.get(scroller);
  if (known !== undefined) return known;
  const seen = new Map<Element, () => void>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) seen.get(target)?.();
    },
    { root: scroller, rootMargin: margin },
  );
  const watch = { observer, seen };
  watches.set(scroller, watch);
  return watch;
}
