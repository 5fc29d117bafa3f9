/** Where secrets of webhooks are kept; each is shown once, to whoever made it, and goes into no export. */
export const webhookSecretStore = "webhook_secrets";
