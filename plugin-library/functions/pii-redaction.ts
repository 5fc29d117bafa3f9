/*
 * Keeps personal data from the model: e-mail addresses, telephone numbers, IBANs and card numbers are replaced in what
 * users write and in what tools answer. The history keeps what was written; only the model never sees it.
 *
 * It recognises by form (IBANs and cards by their check digits too), so it misses what has an unusual form and names,
 * addresses and everything else; it is a net, not a wall. When it fails, the turn stops. Messages from before it was
 * linked stay as they were, and regenerating a conversation's context brings back what the history has.
 */
import type { FunctionPlugin } from "../../src/protocols/function-plugin.ts";

/** Everything is bounded, and begins where a word does, so that a long text costs no more than its length. */
const email = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}/gu;
const iban = /(?<![a-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?(?![a-z0-9])/gi;
const card = /(?<![\d.,])[2-6]\d{3}(?:[ -]?\d){9,15}(?!\d)/g;
/** Abroad with + or 00; at home with a leading 0 and an area; and the ten digits of North America. */
const phones = [
  /(?<![\w+])(?:\+|00)[1-9]\d{0,2}(?:[ ./-]?\(?0?\)?[ ./-]?\d){6,13}(?!\d)/g,
  /(?<![\w.,/-])\(?0[1-9]\d{1,4}\)?(?: ?[/-] ?| )\d(?:[ -]?\d){4,9}(?![\w/-]|[.,]\d)/g,
  /(?<![\w.,/-])(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?!\d)/g,
];

function redact(text: string): string {
  const known = text
    .replace(email, "[e-mail address]")
    .replace(iban, withoutIban)
    .replace(card, (found) => (isCard(found) ? "[card number]" : found));
  return phones.reduce((rest, phone) => rest.replace(phone, "[phone number]"), known);
}

/** The pattern may have taken a short word behind it along. */
function withoutIban(found: string): string {
  const words = found.split(" ");
  for (let count = words.length; count > 0; count--)
    if (isIban(words.slice(0, count).join(""))) return ["[IBAN]", ...words.slice(count)].join(" ");
  return found;
}

/** ISO 13616: with the first four characters at the end and letters as 10 to 35, it leaves 1 when divided by 97. */
function isIban(text: string): boolean {
  if (text.length < 15) return false;
  const digits = [...(text.slice(4) + text.slice(0, 4))]
    .map((character) => Number.parseInt(character, 36))
    .join("");
  return BigInt(digits) % 97n === 1n;
}

/** Luhn: ISO/IEC 7812-1. */
function isCard(text: string): boolean {
  const digits = [...text.replace(/\D/g, "")].reverse().map(Number);
  const sum = digits.reduce((total, digit, at) => {
    const value = at % 2 === 0 ? digit : digit * 2;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

export default {
  name: "pii_redaction",
  priority: 100, // before functions that send the message anywhere
  onError: "stop",
  preCall({ message }) {
    const content = redact(message.content);
    return content === message.content ? undefined : { message: { ...message, content } };
  },
} satisfies FunctionPlugin;
