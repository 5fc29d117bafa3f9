import type { PageIcon, PagePlugin } from "../protocols/page.ts";

const icons: Readonly<Record<PageIcon, true>> = {
  ...{ book: true, chart: true, clock: true, globe: true, image: true },
  ...{ list: true, table: true, users: true, wrench: true },
};

/** Every icon there is. */
export const pageIcons = Object.keys(icons) as PageIcon[];

/** What keeps a default export from being a page, as the end of a sentence that begins with its file. */
export function pageFault(exported: unknown): string | undefined {
  if (typeof exported !== "object" || exported === null) return "has no default export that is a page";
  const page = exported as Partial<Record<keyof PagePlugin, unknown>>;
  const { name, title, access, static: folder, sidebar, signIn, routes } = page;
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,39}$/.test(name))
    return `has the name ${JSON.stringify(name)}; a page's name is lower-case letters, digits and -, at most 40`;
  if (title !== undefined && !isText(title)) return "has a title that is no text";
  if (access !== undefined && !["user", "public", "admin"].includes(access as string))
    return `has the access ${JSON.stringify(access)}; it is user, public or admin`;
  if (folder !== undefined && !isText(folder)) return "has a static folder whose name is no text";
  if (routes !== undefined && typeof routes !== "function") return "has routes that are no function";
  if (routes === undefined && folder === undefined) return "has neither routes() nor a static folder";
  if (signIn !== undefined && !isText((signIn as { readonly title?: unknown } | null)?.title))
    return "has a signIn without a title";
  return sidebar === undefined ? undefined : sidebarFault(sidebar);
}

function sidebarFault(sidebar: unknown): string | undefined {
  if (typeof sidebar !== "object" || sidebar === null) return "has a sidebar that is no object";
  const { title, icon } = sidebar as { readonly title?: unknown; readonly icon?: unknown };
  if (!isText(title)) return "has a sidebar without a title";
  if (icon !== undefined && !pageIcons.includes(icon as PageIcon))
    return `has the sidebar icon ${JSON.stringify(icon)}; there are ${pageIcons.join(", ")}`;
  return undefined;
}

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";
