/** What is said of an address below `/_plugin/` where nothing is, as in the original. */
export const pageMissing = "Plugin page not found";
