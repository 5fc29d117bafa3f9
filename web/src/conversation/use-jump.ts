import { type RefObject, useEffect, useRef, useState } from "react";
import { entriesOf, type Item } from "./conversation-items.ts";
import type { TurnActions } from "./use-turn-actions.ts";

/** How long the message that was gone to is marked, in ms. */
const markedMs = 2000;

type Jump = {
  readonly messageId: string | undefined;
  readonly items: readonly Item[];
  /** Loads what stands above; absent when all is there. */
  readonly loadEarlier: (() => void) | undefined;
  /** Whether something is being loaded. */
  readonly busy: boolean;
  readonly switchTo: TurnActions["switchTo"];
  readonly scroller: RefObject<HTMLElement | null>;
  readonly goTo: (message: Element) => void;
};

/**
 * Goes to the message that the address names, once: loads what stands above until it is there, and looks on the other
 * branches when it is on none of these pages.
 * @returns whether there is no such message.
 */
export function useJump({ messageId, items, loadEarlier, busy, switchTo, scroller, goTo }: Jump): boolean {
  const [arrived, setArrived] = useState<string>();
  const [missing, setMissing] = useState<string>();
  const switched = useRef<string>(undefined);

  useEffect(() => {
    if (messageId === undefined || messageId === arrived || messageId === missing) return;
    const item = items.find((candidate) => entriesOf(candidate).some(({ id }) => id === messageId));
    const element = item && elementOf(scroller.current, item.key);
    if (element) {
      goTo(element);
      show(element);
      setArrived(messageId);
    } else if (item === undefined && items.length > 0 && !busy) {
      if (loadEarlier !== undefined) loadEarlier();
      else if (switched.current !== messageId) {
        switched.current = messageId;
        switchTo(messageId, { onError: () => setMissing(messageId) });
      }
    }
  }, [messageId, arrived, missing, items, loadEarlier, busy, switchTo, scroller, goTo]);

  return messageId !== undefined && messageId === missing;
}

const elementOf = (scroller: HTMLElement | null, key: string): HTMLElement | null | undefined =>
  scroller?.querySelector<HTMLElement>(`[data-message="${CSS.escape(key)}"]`);

/** Marks it for a moment, and lets a screen reader go on from there. */
function show(message: HTMLElement): void {
  message.focus({ preventScroll: true });
  message.dataset.found = "";
  setTimeout(() => delete message.dataset.found, markedMs);
}
