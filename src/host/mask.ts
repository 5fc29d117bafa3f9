/** An address without the user name and password that may stand in it; any other text as it is. */
export const withoutCredentials = (text: string): string =>
  text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1(hidden)@");
