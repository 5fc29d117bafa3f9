import type { ReactNode } from "react";

type Props = {
  readonly label?: string | undefined;
  readonly actions: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
};

/** What code and diagrams stand in: a name, what can be done, and the thing itself. */
export const CodeFrame = ({ label, actions, className = "", children }: Props) => (
  <figure className={`code ${className}`} dir="ltr">
    <figcaption>
      <span>{label}</span>
      <div className="code-actions">{actions}</div>
    </figcaption>
    {children}
  </figure>
);
