import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** What it does wrong in its next ID token, or instead of it. */
export type Misdeed =
  | "another issuer"
  | "another nonce"
  | "another audience"
  | "another key"
  | "expired"
  | "unsigned"
  | "no token"
  | "another subject in userinfo";

export type OidcProvider = {
  readonly issuer: string;
  /** Whoever is signed in there; `null`: somebody who says no. `more` is told by userinfo alone. */
  person: { readonly claims: JWTPayload & { readonly sub: string }; readonly more?: object } | null;
  misdeed: Misdeed | undefined;
  /** Codes that were exchanged for tokens. */
  readonly exchanged: number;
  close(): Promise<void>;
};

export const client = { id: "skeleton", secret: "of the client" };

type Code = { readonly challenge: string; readonly nonce: string; readonly redirectUri: string };

/**
 * An OpenID provider on loopback with one client and one person, who is signed in at once. It checks what a provider has
 * to: client, address to come back to, code (once), PKCE; signs by RS256, and misbehaves when told to.
 */
export async function startOidcProvider(): Promise<OidcProvider> {
  const [key, otherKey] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
  const jwk = { ...(await exportJWK(key.publicKey)), kid: "1", alg: "RS256", use: "sig" };
  const codes = new Map<string, Code>();
  let exchanged = 0;

  function authorize(url: URL): string {
    const asked = Object.fromEntries(url.searchParams);
    assert.equal(asked.client_id, client.id);
    assert.equal(asked.response_type, "code");
    assert.equal(asked.code_challenge_method, "S256");
    assert.match(asked.scope ?? "", /\bopenid\b/);
    const back = new URL(asked.redirect_uri ?? "");
    assert.equal(back.pathname, "/_plugin/oidc/callback");
    const code = `code-${codes.size}`;
    codes.set(code, {
      challenge: asked.code_challenge ?? "",
      nonce: asked.nonce ?? "",
      redirectUri: asked.redirect_uri ?? "",
    });
    const answer = provider.person === null ? { error: "access_denied" } : { code };
    back.search = String(new URLSearchParams({ ...answer, state: asked.state ?? "", iss: provider.issuer }));
    return back.href;
  }

  async function exchange(request: IncomingMessage): Promise<object> {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    const code = codes.get(form.code ?? "");
    codes.delete(form.code ?? "");
    const challenge = createHash("sha256")
      .update(form.code_verifier ?? "")
      .digest("base64url");
    const right =
      code !== undefined &&
      form.client_id === client.id &&
      form.client_secret === client.secret &&
      form.grant_type === "authorization_code" &&
      form.redirect_uri === code.redirectUri &&
      challenge === code.challenge;
    if (!right || provider.person === null) return { error: "invalid_grant" };
    exchanged += 1;
    const { misdeed, person } = provider;
    const tokens = { access_token: `for ${person.claims.sub}`, token_type: "bearer", expires_in: 60 };
    if (misdeed === "no token") return tokens;
    return { ...tokens, id_token: await idToken(person.claims, code.nonce, misdeed) };
  }

  async function idToken(claims: JWTPayload, nonce: string, misdeed: Misdeed | undefined): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      ...{ iss: misdeed === "another issuer" ? "https://evil.example" : provider.issuer },
      ...{ aud: misdeed === "another audience" ? "somebody" : client.id },
      ...{ nonce: misdeed === "another nonce" ? "x".repeat(43) : nonce },
      ...(misdeed === "expired" ? { iat: now - 7200, exp: now - 3600 } : { iat: now, exp: now + 60 }),
      ...claims,
    };
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    if (misdeed === "unsigned") return `${encoded({ alg: "none" })}.${encoded(payload)}.`;
    return new SignJWT(payload)
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .sign((misdeed === "another key" ? otherKey : key).privateKey);
  }

  function userinfo(): object {
    const { person, misdeed } = provider;
    const sub = misdeed === "another subject in userinfo" ? "somebody" : person?.claims.sub;
    return { ...person?.more, sub };
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", provider.issuer);
    if (url.pathname === "/auth") {
      response.writeHead(302, { location: authorize(url) }).end();
      return;
    }
    const answers: Readonly<Record<string, () => object | Promise<object>>> = {
      "/.well-known/openid-configuration": () => metadata(provider.issuer),
      "/jwks": () => ({ keys: [jwk] }),
      "/token": () => exchange(request),
      "/userinfo": userinfo,
    };
    const answer = (await answers[url.pathname]?.()) ?? { error: "not_found" };
    response.writeHead("error" in answer ? 400 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const provider: OidcProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    person: null,
    misdeed: undefined,
    get exchanged() {
      return exchanged;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return provider;
}

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/userinfo`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  code_challenge_methods_supported: ["S256"],
  authorization_response_iss_parameter_supported: true,
});
