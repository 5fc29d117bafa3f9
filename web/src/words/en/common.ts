/** Words that more than one part of the page says. */
export const common = {
  tryAgain: "Try again",
  undo: "Undo",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
};
