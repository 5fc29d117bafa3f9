import type { PictureAnswer, PictureWish, Ready } from "./messages.ts";

/** Shows one picture from elsewhere, in a frame of no origin: the page itself may load none. */

addEventListener("message", ({ data: { src, alt }, source }: MessageEvent<PictureWish>) => {
  if (source !== parent || !src.startsWith("https://")) return;
  const picture = new Image();
  picture.alt = alt;
  picture.referrerPolicy = "no-referrer";
  picture.addEventListener("error", () => tell({ failed: true }));
  picture.addEventListener("load", () =>
    // A drawing may have no size of its own.
    tell({ width: picture.naturalWidth || 320, height: picture.naturalHeight || 240 }),
  );
  picture.src = src;
  Object.assign(picture.style, { display: "block", width: "100%", height: "auto" });
  document.body.style.margin = "0";
  document.body.replaceChildren(picture);
});
tell({ ready: true });

function tell(message: PictureAnswer | Ready): void {
  parent.postMessage(message, "*");
}
