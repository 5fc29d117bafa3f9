/** Whether a key belongs to an input method: Enter then chooses a word. 229: Safari's last key of a composition. */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;
