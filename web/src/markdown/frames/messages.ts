/** What the page and its frames tell each other. A frame says `ready` first; then it is given one thing after the other. */

export type Colours = Readonly<Record<"page" | "surface" | "text" | "quiet" | "line" | "accent", string>>;

export type DiagramWish = {
  readonly id: number;
  readonly source: string;
  readonly dark: boolean;
  readonly colours: Colours;
};
export type DiagramAnswer = {
  readonly id: number;
  /** A drawing that stands for itself, with its own size in px. */
  readonly drawn?: { readonly svg: string; readonly width: number; readonly height: number };
  /** What Mermaid says is wrong with the source. */
  readonly error?: string;
};

export type PictureWish = { readonly src: string; readonly alt: string };
/** Its own size in px, or nothing: it could not be loaded. */
export type PictureAnswer = { readonly width: number; readonly height: number } | { readonly failed: true };

export type Ready = { readonly ready: true };
