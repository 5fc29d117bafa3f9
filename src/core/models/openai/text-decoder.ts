import { StringDecoder } from "node:string_decoder";

/**
 * Decodes UTF-8 that comes in pieces, cut anywhere. Most pieces end with an ASCII character and so with no character
 * begun: they need no decoder with a memory, which is twice as dear.
 */
export function textDecoder(): (bytes: Buffer) => string {
  const decoder = new StringDecoder("utf8");
  let begun = false;
  return (bytes) => {
    const whole = (bytes[bytes.length - 1] ?? 0) < 0x80;
    if (whole && !begun) return bytes.toString("utf8");
    begun = !whole;
    return decoder.write(bytes);
  };
}
