/** What the server says went wrong. It speaks English, and says more than its code does. */
export const errors = {
  tell: (_code: string | undefined, sentence: string): string => sentence,
};
