import { type RefObject, useLayoutEffect } from "react";

/** Lets a field grow with its text where the browser does not do it by itself (`field-sizing`); CSS sets the limit. */
export function useAutoGrow(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null || CSS.supports("field-sizing", "content")) return;
    element.style.height = text === "" ? "" : "auto";
    if (text !== "") element.style.height = `${element.scrollHeight}px`;
  }, [field, text]);
}
