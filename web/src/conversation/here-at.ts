/** The whole address of a place in this page. */
export const hereAt = (hash: string): string => new URL(hash, location.href).href;
