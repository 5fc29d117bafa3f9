import { useEffect, useRef } from "react";

/** A ref for an element that asks for more whenever it comes within reach of being seen. */
export function useSeen<Element extends HTMLElement>(onSeen: () => void) {
  const ref = useRef<Element>(null);
  const latest = useRef(onSeen);
  useEffect(() => {
    latest.current = onSeen;
  });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) latest.current();
      },
      { rootMargin: "200px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return ref;
}
