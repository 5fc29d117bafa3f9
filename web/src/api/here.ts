/** A path of the server, as seen from the page: the server may stand under a path of its host, and the page stands at its root. */
export const here = (path: string): string => `.${path}`;
