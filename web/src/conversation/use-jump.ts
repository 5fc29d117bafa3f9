import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { statusOf } from "../api/api-error.ts";
import { entriesOf, type Item } from "./conversation-items.ts";
import type { TurnActions } from "./use-turn-actions.ts";

/** How long the message that was gone to is marked, in ms. */
const markedMs = 2000;

type Jump = {
  readonly messageId: string | undefined;
  readonly items: readonly Item[];
  /** Has a message loaded with what stands around it. */
  readonly seek: (messageId: string) => void;
  /** What is being sought, and why it was not found. */
  readonly sought: string | undefined;
  readonly soughtError: unknown;
  readonly switchTo: TurnActions["switchTo"];
  readonly scroller: RefObject<HTMLElement | null>;
  readonly goTo: (message: Element) => void;
};

/**
 * Goes to the message that the address names, once: has it loaded where it is not there, and makes its branch the active
 * one where it stands on another.
 * @returns whether there is no such message.
 */
export function useJump(jump: Jump): boolean {
  const { messageId, items, seek, sought, soughtError, switchTo, scroller, goTo } = jump;
  const [arrived, setArrived] = useState<string>();
  const [missing, setMissing] = useState<string>();
  const switched = useRef<string>(undefined);

  // Before anything is drawn: else another place would be seen first.
  useLayoutEffect(() => {
    if (messageId === undefined || messageId === arrived || messageId === missing) return;
    const item = items.find((candidate) => entriesOf(candidate).some(({ id }) => id === messageId));
    const element = item && elementOf(scroller.current, item.key);
    if (element) {
      goTo(element);
      show(element);
      setArrived(messageId);
    } else if (item === undefined && items.length > 0 && sought !== messageId) seek(messageId);
    else if (sought === messageId && statusOf(soughtError) === 404 && switched.current !== messageId) {
      switched.current = messageId;
      switchTo(messageId, { onError: () => setMissing(messageId) });
    }
  }, [messageId, arrived, missing, items, seek, sought, soughtError, switchTo, scroller, goTo]);

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
