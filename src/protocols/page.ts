import type { FastifyInstance } from "fastify";
import type { KeyScope } from "./api-key.ts";
import type { Session, User } from "./auth.ts";
import type { Host } from "./plugin.ts";

/** Who may call a route: anybody, whoever is signed in, or admins alone. Of API keys see `scopes`. */
export type Access = "public" | "user" | "admin";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Every route says so, or the part of the server that it is in; one that does not keeps the server from starting. */
    access?: Access;
    /** Which API keys may call the route: those that have one of these scopes. Default: none; of an admin's route never any. */
    scopes?: readonly KeyScope[];
  }
  interface FastifyRequest {
    /** Set on every route whose access is not `public`. */
    session: Session | null;
  }
  interface FastifyReply {
    /**
     * Signs this browser in as the user, as `POST /login` does: a new token, which the answer sets as the page's cookie.
     * For whoever has proved who they are. @returns the token. @throws what `createToken` of `auth` throws.
     */
    signIn(user: User): Promise<string>;
  }
}

/** What can stand before a page's title in the left column; without one it is a plain window. */
export type PageIcon = "book" | "chart" | "clock" | "globe" | "image" | "list" | "table" | "users" | "wrench";

/**
 * A page of its own at `/_plugin/<name>/`: the default export of a file in `plugins/pages/`. It has routes, or a folder
 * of files, or both. One that is broken is skipped and told in the log.
 */
export interface PagePlugin {
  /** Its place in the address: lower-case letters, digits and `-`, beginning with a letter, at most 40. Unique. */
  readonly name: string;
  /** What it is called in lists; default its name. */
  readonly title?: string;
  /** The versions of Skeleton it fits, for example `^1.2`; default all. */
  readonly skeleton?: string;
  /**
   * Who may call its routes and read its files; a route of its own may say otherwise by `config: { access }`. A browser
   * of somebody who is not signed in is led to the sign-in and back; any other call gets 401. Default `user`.
   */
  readonly access?: Access;
  /**
   * A folder below the one that the plugin's file lies in, served as it is: `index.html` for a folder, nothing that
   * begins with a dot, nothing that a link leads out to. A route of the same address goes first.
   */
  readonly static?: string;
  /** Lists the page in the left column for everybody who may open it. Default: not listed. */
  readonly sidebar?: { readonly title: string; readonly icon?: PageIcon };
  /**
   * Offers the page's address on the sign-in form, as "Sign in with <title>". It is opened with `?then=`, the part of the
   * page's address from `#` on where the reader wanted to be; its routes are `public`. Default: not offered.
   */
  readonly signIn?: { readonly title: string };
  /**
   * Adds its routes, within five seconds. `server` lies below `/_plugin/<name>`, so the route `/list` is
   * `/_plugin/<name>/list`; hooks, decorators and error handlers stay in there. The caller of a route that is not public
   * is `request.session.user`. Pages run scripts and styles of their own address only, none that stand in the HTML, and
   * are shown in no frame; `reply.header("content-security-policy", ...)` says otherwise.
   */
  routes?(server: FastifyInstance, host: Host): void | Promise<void>;
}
