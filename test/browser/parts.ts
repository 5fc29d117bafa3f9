import type { Locator, Page } from "playwright-core";
import { until } from "../../src/testkit/until.ts";

/** The parts of the page, by the names that a screen reader knows them by. */

export const composer = (page: Page): Locator => page.getByRole("textbox", { name: "Message", exact: true });
export const answers = (page: Page): Locator => page.getByRole("article", { name: "Answer" });
export const questions = (page: Page): Locator => page.getByRole("article", { name: "You" });
export const sidebar = (page: Page): Locator => page.getByRole("navigation", { name: "Threads" });
export const searchField = (page: Page): Locator => page.getByRole("searchbox", { name: "Search threads" });
export const button = (page: Page, name: string): Locator => page.getByRole("button", { name });
/** Opens to what is the reader's own, at the foot of the list. */
export const account = (page: Page): Locator => page.getByRole("button", { name: /^Account of / });
/** What is chosen, and the way to choose something else. */
export const picker = (page: Page, what: "Model" | "Prompt"): Locator =>
  page.getByRole("button", { name: new RegExp(`^${what}: `) });

/** Waits until this is chosen. */
export const chosen = (page: Page, what: "Model" | "Prompt", value: string): Promise<void> =>
  page.getByRole("button", { name: `${what}: ${value}`, exact: true }).waitFor();

/** Chooses by typing. */
export async function pick(page: Page, what: "Model" | "Prompt", value: string): Promise<void> {
  await picker(page, what).click();
  await page.getByRole("combobox", { name: what }).fill(value);
  await page.keyboard.press("Enter");
  await chosen(page, what, value);
}

/** The titles of the threads in the list, from the top. */
export const titles = (page: Page): Promise<string[]> =>
  sidebar(page).locator("[data-row] .row-title").allTextContents();

/** A thread in the list. */
export const row = (page: Page, title: string): Locator =>
  sidebar(page).getByRole("listitem").filter({ hasText: title });

/** Opens the menu of a thread in the list and chooses from it. */
export async function choose(page: Page, title: string, action: string): Promise<void> {
  const more = row(page, title).getByRole("button", { name: "More" });
  await until(`the menu of ${title} is open`, async () => {
    await row(page, title).hover();
    await more.click({ timeout: 2_000 }).catch(() => {}); // the list has moved, and the pointer is on another row
    return page.getByRole("menu").isVisible();
  });
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

/** Begins anew in a window that is there: opening another one costs a second of a core. */
export async function newChat(page: Page): Promise<void> {
  await page.getByRole("link", { name: "New chat" }).first().click();
  await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
}

/** Types a message and sends it with Enter. */
export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

/** Waits until the answers read so, from the top; one that is still given counts as it stands. */
export async function answersRead(page: Page, ...texts: readonly string[]): Promise<void> {
  const wanted = JSON.stringify(texts.map((text) => text.trim()));
  let read = "";
  await until(
    () => `the answers read ${wanted}, not ${read}`,
    async () => {
      const shown = await answers(page).locator(".markdown").allTextContents();
      read = JSON.stringify(shown.map((text) => text.trim())); // blanks at the end come and go while it is given
      return read === wanted;
    },
  );
}

/** Waits until the last answer is whole and the next message can be sent. */
export async function ended(page: Page): Promise<void> {
  await button(page, "Send (Enter)").waitFor();
  await answers(page).last().and(page.locator("[aria-busy=false]")).waitFor();
}
