import type { Page } from "../../protocols/store.ts";
import { badInput } from "./bad-input.ts";

/** @throws `bad_input` unless offset and limit are whole and not negative. */
export function checkPage(page: Page): void {
  for (const value of [page.offset, page.limit])
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 0))
      throw badInput("`offset` and `limit` are whole numbers, 0 or more.");
}
