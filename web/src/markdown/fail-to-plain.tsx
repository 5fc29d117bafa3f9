import { Component, type ReactNode } from "react";
import { PlainText } from "./plain-text.tsx";

type Props = { readonly text: string; readonly children: ReactNode };

/** Text that the renderer trips over stands as it was written; the page around it goes on. */
export class FailToPlain extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: true } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <PlainText text={this.props.text} /> : this.props.children;
  }
}
