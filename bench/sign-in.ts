import { password } from "./seed.ts";

/** A token for a user of a bench folder. */
export async function signIn(url: string, username: string): Promise<string> {
  const response = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok) throw new Error(`${username} cannot sign in: ${await response.text()}`);
  return ((await response.json()) as { readonly access_token: string }).access_token;
}
