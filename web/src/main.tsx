import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/query-client.ts";
import { App } from "./app.tsx";
import { followTheme } from "./lib/theme.ts";
import { followLanguage } from "./words/language.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/session.css";
import "./styles/account.css";
import "./styles/shortcuts.css";
import "./styles/workspace.css";
import "./styles/sidebar.css";
import "./styles/conversation.css";
import "./styles/plan.css";
import "./styles/composer.css";
import "./styles/choosing.css";
import "./styles/roles.css";
import "./styles/markdown.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

followTheme();
// The first view already speaks the reader's language.
await followLanguage();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);

// Whoever is here came to read: what dresses an answer is fetched as soon as there is nothing better to do.
const whenIdle = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1_000)); // not in every browser
whenIdle(() => void import("./markdown/markdown.tsx").catch(() => {}));
