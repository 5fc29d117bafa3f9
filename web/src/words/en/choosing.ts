import { isolate } from "../isolate.ts";

/** What a provider that is missing does, by the server's code; behind its name. */
const whatItDoes: Readonly<Record<string, string>> = {
  upstream_unreachable: "cannot be reached",
  upstream_refused: "refuses this server (is its key right?)",
  upstream_budget: "has no budget left for this server",
  upstream_timeout: "does not answer in time",
  upstream_broken: "answers something that is no list of models",
};

/** Why a provider's models are not to be had, by the server's code. */
const absent: Readonly<Record<string, string>> = {
  upstream_unreachable: "It cannot be reached just now.",
  upstream_refused: "It refuses this server; its key may be wrong.",
  upstream_budget: "It has no budget left for this server.",
  upstream_timeout: "It did not answer in time.",
  upstream_broken: "It answered something that is no list of models.",
};

export const choosing = {
  threads: "Threads",
  archived: "Archived",
  reconnecting: "Reconnecting",

  model: "Model",
  prompt: "Prompt",
  noModel: "No model",
  modelMissing: "It is not available now; choose another, or wait until it is back.",
  find: "Type to narrow the list",
  found: (count: number) => (count === 0 ? "Nothing fits." : `${count} found`),
  lastUsed: "Last used",
  absent,
  absentSomehow: "It does not list its models just now.",
  modelsNotLoaded: "The list of models could not be loaded.",
  noModelAtAll:
    "No model is available. Start Ollama, LM Studio or llama-server on the server, or set OPENAI_API_KEY there.",
  noModelConnected: "No model is connected yet.",
  noProviderAnswers: (which: string) => `No provider answers: ${which}.`,
  doesNotAnswer: (provider: string, what: string) => `${isolate(provider)} ${what}`,
  whatItDoes,
  listsNothing: "does not list its models",
  demoStandsIn: "Meanwhile demo stands in: a script, not a model.",
  lookAgain: "Look again",
  looking: "Looking…",
  stillNothing: "Still no model.",
  howToConnect: "How to connect a model",
  connectBySetting: "Whoever runs this server sets one of these, and starts it again:",
  foundByThemselves:
    "Ollama, LM Studio, llama-server and vLLM on the same machine are found without any setting, also while it runs.",
  doctorTells: "What is set, and who answers, is shown by",

  planMode: "Plan mode",
  planModeHint: "One model writes a checklist first, another carries it out.",
  planner: "Who plans",
  answerer: "Who answers",
  review: "Look at the plan before it is carried out",
  planOn: "Plan answers",
  planOff: "Turn off",

  settings: "Generation settings",
  settingsChanged: (count: number) =>
    count === 0 ? "Generation settings" : `Generation settings, ${count} changed`,
  settingsOfThread: "For this thread, from the next answer on.",
  settingsOfNewChat: "For the chat that begins here.",
  byDefault: "Default",
  temperature: "Temperature",
  temperatureHint: "0 to 2. Low is steady, high is varied.",
  topP: "Top-p",
  topPHint: "0 to 1. How much of the likely is considered.",
  maxTokens: "Max tokens",
  maxTokensHint: "Where an answer is cut off, 1 or more.",
  effort: "Reasoning effort",
  efforts: { low: "Low", medium: "Medium", high: "High" } as Readonly<Record<string, string>>,
  effortHint: "How long models that reason may do so.",
  resetSettings: "Reset to defaults",
};
