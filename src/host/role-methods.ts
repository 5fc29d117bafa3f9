import type { PluginRole, PluginRoles } from "../protocols/plugin.ts";

type AnyMethod = (...parameters: never[]) => unknown;

/** The methods that a part must have; the optional ones, such as most `shutdown`, are left out. */
type RequiredMethods<Part> = {
  [Key in keyof Part]-?: Record<never, never> extends Pick<Part, Key>
    ? never
    : Part[Key] extends AnyMethod
      ? Key
      : never;
}[keyof Part];

/** Each role's required methods. A method added to a contract and not here, or the other way round, does not compile. */
export const roleMethods: {
  readonly [Role in PluginRole]: { readonly [Method in RequiredMethods<PluginRoles[Role]>]: true };
} = {
  auth: {
    authenticateUser: true,
    createToken: true,
    verifyToken: true,
    revokeToken: true,
    revokeAllTokens: true,
    requestAllowed: true,
  },
  model: { listModels: true, generate: true },
  thread: {
    createThread: true,
    getThread: true,
    getThreads: true,
    getThreadMessages: true,
    getMessage: true,
    addMessages: true,
    activateBranch: true,
    updateThread: true,
    archiveThread: true,
    deleteThread: true,
    searchThreads: true,
  },
  store: {
    createStoreIfNotExists: true,
    listStores: true,
    findStore: true,
    add: true,
    get: true,
    find: true,
    count: true,
    update: true,
    delete: true,
    collectionAppend: true,
    collectionGet: true,
    collectionFind: true,
    collectionCount: true,
    fullTextSearch: true,
    transaction: true,
    findAll: true,
    exportRecords: true,
    importRecords: true,
    ping: true,
    shutdown: true,
  },
  context: {
    getContext: true,
    getMutationCount: true,
    addMessage: true,
    getMessage: true,
    updateMessage: true,
    removeMessages: true,
    updateContext: true,
    regenerateContext: true,
    invalidateContext: true,
  },
  system_prompt: { getPrompt: true, listPrompts: true, getAllPrompts: true },
  message_processor: { processMessage: true },
  queue: { send: true, work: true, cancel: true },
  bus: { open: true, append: true, read: true, last: true, close: true },
  files: { put: true, get: true, stat: true, delete: true },
  tools: { getTools: true, call: true, getProblems: true },
  functions: { getFunctions: true, getProblems: true },
  commands: { getCommands: true, complete: true, run: true, getProblems: true },
};

/** Every role there is. */
export const pluginRoles = Object.keys(roleMethods) as PluginRole[];

export const isPluginRole = (role: unknown): role is PluginRole =>
  typeof role === "string" && Object.hasOwn(roleMethods, role);

/** The required methods that `part` does not have; all of them when it is no object at all. */
export function missingMethods(role: PluginRole, part: unknown): readonly string[] {
  const methods = Object.keys(roleMethods[role]);
  if (part === null || typeof part !== "object") return methods;
  return methods.filter((method) => typeof Reflect.get(part, method) !== "function");
}
