import {
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { Mark } from "./mark.tsx";

type Props = {
  readonly title: string;
  readonly children?: ReactNode;
  /** Beneath the button. */
  readonly below?: ReactNode;
  readonly action: string;
  /** Whose name stands there already. */
  readonly username?: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly newPassword?: boolean;
  readonly onEnter: (credentials: { username: string; password: string }) => void;
};

/** As the server demands of a new one; an old one may be shorter. */
const minPassword = 8;

/** A name and a password. */
export function CredentialsCard(props: Props) {
  const { title, children, action, busy, error, newPassword = false, onEnter } = props;
  const { session } = useWords();
  const [username, setUsername] = useState(props.username ?? "");
  const [password, setPassword] = useState("");
  const [tooShort, setTooShort] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  const hint = useId();

  useEffect(() => {
    const next = name.current?.value === "" ? name : secret;
    next.current?.focus();
  }, []);

  const enter = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const short = newPassword && password.length < minPassword;
    setTooShort(short);
    const missing = username.trim() === "" ? name : password === "" || short ? secret : undefined;
    if (missing === undefined) onEnter({ username: username.trim(), password });
    (missing ?? secret).current?.select(); // a wrong one is written over
  };
  const onKey = (event: KeyboardEvent) => setCapsLock(event.getModifierState("CapsLock"));

  return (
    <main className="card-page">
      <form className="card" onSubmit={enter} noValidate>
        <Mark />
        <h1>{title}</h1>
        {children}
        <label>
          {session.userName}
          <input
            name="username"
            value={username}
            onChange={(event) => setUsername(event.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            maxLength={100}
            required
            ref={name}
          />
        </label>
        <label>
          {session.password}
          <input
            name="password"
            type="password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            onKeyDown={onKey}
            onKeyUp={onKey}
            onBlur={() => setCapsLock(false)}
            autoComplete={newPassword ? "new-password" : "current-password"}
            {...(newPassword ? { minLength: minPassword, passwordrules: `minlength: ${minPassword};` } : {})}
            maxLength={200}
            aria-describedby={hint}
            required
            ref={secret}
          />
          <span className="hint" id={hint} role="status">
            {capsLock ? session.capsLock : newPassword ? session.passwordHint : ""}
          </span>
        </label>
        {(tooShort || error !== null) && <Notice error={tooShort ? session.passwordTooShort : error} />}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? session.oneMoment : action}
        </button>
        {props.below}
      </form>
    </main>
  );
}
