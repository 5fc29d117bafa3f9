/** Control characters and marks of direction as blanks: what is asked must be what is read. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, " ");
