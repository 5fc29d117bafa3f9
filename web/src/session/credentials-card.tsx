import { type FormEvent, type ReactNode, useState } from "react";
import { Notice } from "../workspace/notice.tsx";
import { Mark } from "./mark.tsx";

type Props = {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly newPassword?: boolean;
  readonly onEnter: (credentials: { username: string; password: string }) => void;
};

/** A name and a password. */
export function CredentialsCard({ title, children, action, busy, error, newPassword, onEnter }: Props) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const enter = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onEnter({ username: username.trim(), password });
  };
  return (
    <main className="card-page">
      <form className="card" onSubmit={enter}>
        <Mark />
        <h1>{title}</h1>
        {children}
        <label>
          User name
          <input
            value={username}
            onChange={(event) => setUsername(event.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            ref={focusOnce}
          />
        </label>
        <label>
          Password
          <input
            type="password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete={newPassword ? "new-password" : "current-password"}
            required
          />
        </label>
        {error !== null && <Notice error={error} />}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? "One moment" : action}
        </button>
      </form>
    </main>
  );
}

const focusOnce = (input: HTMLInputElement | null) => input?.focus();
