import { useEffect, useState, useSyncExternalStore } from "react";
import type { ThreadDetail } from "../api/wire.ts";
import { useDocumentTitle } from "../lib/use-document-title.ts";
import plainIcon from "../mark.svg";
import finishedIcon from "./mark-finished.svg";
import runningIcon from "./mark-running.svg";
import { endedTurn, type TabMark, tabMark } from "./tab-mark.ts";

const icons = { running: runningIcon, asking: runningIcon, finished: finishedIcon };
const signs = { running: "… ", asking: "? ", finished: "✓ " };

/**
 * The tab's title and icon: what the window shows, and whether it is or was answered while nobody looked.
 * @param asks a call waits for the reader's word.
 */
export function useTab(title: string, thread: ThreadDetail | undefined, asks: boolean): void {
  const visible = useSyncExternalStore(onVisibility, isVisible);
  const ended = endedTurn(thread);
  const known = thread !== undefined;
  const [seen, setSeen] = useState({ ended, known });
  // What a window finds when it is opened is nothing new.
  if ((visible || !seen.known) && (seen.ended !== ended || seen.known !== known)) setSeen({ ended, known });
  const mark = tabMark(thread, seen.ended, asks);
  useDocumentTitle(mark === undefined ? title : `${signs[mark]}${title}`);
  useIcon(mark);
}

function useIcon(mark: TabMark): void {
  useEffect(() => {
    if (mark === undefined) return;
    show(icons[mark]);
    return () => show(plainIcon);
  }, [mark]);
}

function show(icon: string): void {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (link !== null) link.href = icon;
}

const isVisible = (): boolean => document.visibilityState === "visible";

function onVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
