import { useEffect, useRef } from "react";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuietLines } from "../workspace/quiet-lines.tsx";

type Props = { readonly failed: unknown; readonly loading: boolean; readonly onLoad: () => void };

/** Stands where messages are that are not there yet, and asks for them before a reader comes so far. */
export function MoreMessages({ failed, loading, onLoad }: Props) {
  const { common } = useWords();
  const ref = useRef<HTMLDivElement>(null);
  const latest = useRef(onLoad);
  useEffect(() => {
    latest.current = onLoad;
  });
  useEffect(() => {
    const element = ref.current;
    if (element === null || loading || failed !== null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) latest.current();
      },
      { root: element.closest(".scroller"), rootMargin: "2000px 0px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [loading, failed]);
  return (
    <div className="earlier" ref={ref}>
      {failed === null ? (
        <QuietLines count={3} />
      ) : (
        <Notice error={failed} mend={common.tryAgain} onMend={onLoad} />
      )}
    </div>
  );
}
