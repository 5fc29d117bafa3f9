/** Where API keys are kept; what is in it is shown to nobody, and goes into no export. */
export const keyStore = "api_keys";
