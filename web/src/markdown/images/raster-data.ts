/** Whether an address holds a picture made of pixels. A drawing (SVG) is none: it is a document. */
export const isRasterData = (url: string): boolean =>
  /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[a-z\d+/=]+$/i.test(url);
