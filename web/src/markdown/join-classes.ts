/** Stands in for `tailwind-merge`: the page has its own classes, so none override each other. */
export const twMerge = (...classes: readonly (string | undefined)[]): string =>
  classes.filter(Boolean).join(" ");
